/* A wall clock that is wrong: seconds read from the file NETPIPE_CHAOS_CLOCK (8 bytes) are added
   to CLOCK_REALTIME. For LD_PRELOAD; reaches programs that are linked dynamically. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *wrong;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("NETPIPE_CHAOS_CLOCK");
  int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *map = mmap(0, sizeof *wrong, PROT_READ, MAP_SHARED, fd, 0);
  if (map != MAP_FAILED) wrong = map;
  close(fd);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int failed = syscall(SYS_clock_gettime, clock, now) != 0;
  if (!failed && wrong && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += *wrong;
  return failed ? -1 : 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  int failed = syscall(SYS_gettimeofday, now, zone) != 0;
  if (!failed && wrong) now->tv_sec += *wrong;
  return failed ? -1 : 0;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}
