/* floor: the least that attaching a Docker container to a bridge can cost: raw
 * system calls, no checks, no memory of what was done. netpipe is measured
 * against it. Build: gcc -O2 -static -o floor floor.c
 *
 *   floor attach SOCK CONTAINER BRIDGE HOSTIF IFNAME CIDR
 *   floor detach HOSTIF
 *   floor nop                  what starting a process costs
 *   floor many N BRIDGE        µs for each of N attaches in one process
 *   floor fdatasync FILE N     median µs of making a 4 KiB record durable
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { MTU = 1500, RECORD = 4096 };

static void die(const char *what) {
    perror(what);
    exit(1);
}

static int ok(int result, const char *what) {
    if (result < 0)
        die(what);
    return result;
}

static double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

/* Netlink messages, built one after the other in a buffer. */

struct request {
    size_t len, begin; /* all of it; where the message being built begins */
    int messages;
    _Alignas(8) char data[2048];
};

static void *reserve(struct request *r, size_t size) {
    void *place = r->data + r->len;
    memset(place, 0, NLMSG_ALIGN(size));
    r->len += NLMSG_ALIGN(size);
    return place;
}

static void *message(struct request *r, int type, int flags, size_t body) {
    r->begin = r->len;
    struct nlmsghdr *head = reserve(r, NLMSG_HDRLEN);
    head->nlmsg_type = type;
    head->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    head->nlmsg_seq = ++r->messages;
    return reserve(r, body);
}

static void finish(struct request *r) {
    ((struct nlmsghdr *)(r->data + r->begin))->nlmsg_len = r->len - r->begin;
}

static struct rtattr *attr(struct request *r, int type, const void *value, size_t size) {
    struct rtattr *a = reserve(r, RTA_LENGTH(size));
    a->rta_type = type;
    a->rta_len = RTA_LENGTH(size);
    if (size)
        memcpy(RTA_DATA(a), value, size);
    return a;
}

static void attr_u32(struct request *r, int type, uint32_t value) {
    attr(r, type, &value, sizeof value);
}

static void attr_str(struct request *r, int type, const char *value) {
    attr(r, type, value, strlen(value) + 1);
}

static void nest_end(struct request *r, struct rtattr *nest) {
    nest->rta_len = r->data + r->len - (char *)nest;
}

static int netlink_open(void) {
    return ok(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE), "netlink socket");
}

/* Sends all messages at once and takes every ack. Returns IFLA_LINK of an
 * echoed link: of a veth, the index of its peer. */
static int talk(int fd, const struct request *r, const char *what) {
    char answer[8192] __attribute__((aligned(8)));
    int acks = 0, link = 0;
    ok(send(fd, r->data, r->len, 0), what);
    while (acks < r->messages) {
        int left = ok(recv(fd, answer, sizeof answer, 0), what);
        for (struct nlmsghdr *n = (void *)answer; NLMSG_OK(n, left); n = NLMSG_NEXT(n, left)) {
            if (n->nlmsg_type == NLMSG_ERROR) {
                errno = -((struct nlmsgerr *)NLMSG_DATA(n))->error;
                if (errno)
                    die(what);
                acks++;
            } else if (n->nlmsg_type == RTM_NEWLINK) {
                int size = IFLA_PAYLOAD(n);
                for (struct rtattr *a = IFLA_RTA(NLMSG_DATA(n)); RTA_OK(a, size); a = RTA_NEXT(a, size))
                    if (a->rta_type == IFLA_LINK)
                        link = *(int *)RTA_DATA(a);
            }
        }
    }
    return link;
}

/* The steps of an attach. */

struct address {
    struct in_addr ip;
    int prefix;
    unsigned char mac[ETH_ALEN]; /* made of the address */
};

static struct address address(const char *cidr) {
    struct address a = {.mac = {0x02, 0x42}};
    char text[64];
    char *slash;
    snprintf(text, sizeof text, "%s", cidr);
    if (!(slash = strchr(text, '/')))
        exit(2);
    *slash = 0;
    a.prefix = atoi(slash + 1);
    if (inet_pton(AF_INET, text, &a.ip) != 1)
        exit(2);
    memcpy(a.mac + 2, &a.ip, 4);
    return a;
}

/* State.Pid of GET /containers/NAME/json: the first "Pid" of the answer. */
static int container_pid(const char *path, const char *name) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    char buffer[16384];
    size_t have = 0;
    int fd = ok(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
    ok(connect(fd, (void *)&to, sizeof to), path);
    int size = snprintf(buffer, sizeof buffer,
                        "GET /v1.41/containers/%s/json HTTP/1.1\r\nHost: docker\r\n\r\n", name);
    ok(write(fd, buffer, size), "write");
    for (;;) {
        int got = ok(read(fd, buffer + have, sizeof buffer - 1 - have), "read");
        if (!got) {
            fprintf(stderr, "no State.Pid in the engine's answer\n");
            exit(1);
        }
        buffer[have += got] = 0;
        if (have > 12 && strncmp(buffer + 9, "200", 3)) {
            fprintf(stderr, "the engine answers: %s\n", buffer);
            exit(1);
        }
        char *pid = strstr(buffer, "\"Pid\":");
        if (pid && strchr(pid, ',')) {
            close(fd);
            return atoi(pid + 6);
        }
    }
}

static int netns_of(int pid) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/ns/net", pid);
    return ok(open(path, O_RDONLY | O_CLOEXEC), path);
}

/* One message: both ends, one queue each, the near one up in the bridge, the
 * far one in the namespace. Returns the far end's index. */
static int make_veth(int fd, int bridge, const char *near, const char *far, int netns,
                     const struct address *a) {
    struct request r = {0};
    struct ifinfomsg *info =
        message(&r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, sizeof *info);
    info->ifi_flags = info->ifi_change = IFF_UP;
    attr_str(&r, IFLA_IFNAME, near);
    attr_u32(&r, IFLA_MASTER, bridge);
    attr_u32(&r, IFLA_MTU, MTU);
    attr_u32(&r, IFLA_NUM_TX_QUEUES, 1);
    attr_u32(&r, IFLA_NUM_RX_QUEUES, 1);
    struct rtattr *link = attr(&r, IFLA_LINKINFO, NULL, 0);
    attr_str(&r, IFLA_INFO_KIND, "veth");
    struct rtattr *data = attr(&r, IFLA_INFO_DATA, NULL, 0);
    struct rtattr *peer = attr(&r, VETH_INFO_PEER, NULL, 0);
    reserve(&r, sizeof(struct ifinfomsg));
    attr_str(&r, IFLA_IFNAME, far);
    attr(&r, IFLA_ADDRESS, a->mac, sizeof a->mac);
    attr_u32(&r, IFLA_MTU, MTU);
    attr_u32(&r, IFLA_NUM_TX_QUEUES, 1);
    attr_u32(&r, IFLA_NUM_RX_QUEUES, 1);
    attr_u32(&r, IFLA_NET_NS_FD, netns);
    nest_end(&r, peer);
    nest_end(&r, data);
    nest_end(&r, link);
    finish(&r);
    return talk(fd, &r, "new link");
}

/* Up and the address, in one send. */
static void configure(int fd, int index, const struct address *a) {
    struct request r = {0};
    struct ifinfomsg *info = message(&r, RTM_NEWLINK, 0, sizeof *info);
    info->ifi_index = index;
    info->ifi_flags = info->ifi_change = IFF_UP;
    finish(&r);
    struct ifaddrmsg *addr = message(&r, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, sizeof *addr);
    addr->ifa_family = AF_INET;
    addr->ifa_prefixlen = a->prefix;
    addr->ifa_index = index;
    attr(&r, IFA_LOCAL, &a->ip, sizeof a->ip);
    attr(&r, IFA_ADDRESS, &a->ip, sizeof a->ip);
    finish(&r);
    talk(fd, &r, "up and address");
}

/* Three gratuitous ARPs. Closing such a socket takes 15 ms (the kernel waits
 * for a grace period), so a child holds it until we are gone. */
static void announce(int index, const struct address *a) {
    struct {
        uint16_t hardware, protocol;
        uint8_t hardware_len, protocol_len;
        uint16_t operation;
        uint8_t sender_mac[6], sender_ip[4], target_mac[6], target_ip[4];
    } __attribute__((packed)) arp = {htons(1), htons(ETH_P_IP), 6, 4, htons(1), {0}, {0}, {0}, {0}};
    struct sockaddr_ll to = {.sll_family = AF_PACKET,
                             .sll_protocol = htons(ETH_P_ARP),
                             .sll_ifindex = index,
                             .sll_halen = ETH_ALEN};
    memcpy(arp.sender_mac, a->mac, 6);
    memcpy(arp.sender_ip, &a->ip, 4);
    memcpy(arp.target_ip, &a->ip, 4);
    memset(to.sll_addr, 0xff, 6);
    int fd = ok(socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "packet socket");
    for (int i = 0; i < 3; i++)
        ok(sendto(fd, &arp, sizeof arp, 0, (void *)&to, sizeof to), "announce");
    pid_t parent = getpid();
    if (ok(fork(), "fork") == 0) {
        for (int i = 0; i < 3; i++)
            close(i);
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* sent once the parent's files are closed */
        if (getppid() == parent)
            pause();
        _exit(0);
    }
}

/* The commands. */

static int index_of(const char *name) {
    int index = if_nametoindex(name);
    if (!index)
        die(name);
    return index;
}

static void attach(char **arg) {
    struct address a = address(arg[5]);
    int netns = netns_of(container_pid(arg[0], arg[1]));
    int peer = make_veth(netlink_open(), index_of(arg[2]), arg[3], arg[4], netns, &a);
    ok(setns(netns, CLONE_NEWNET), "setns");
    configure(netlink_open(), peer, &a);
    announce(peer, &a);
    _exit(0);
}

static void detach(const char *name) {
    struct request r = {0};
    message(&r, RTM_DELLINK, 0, sizeof(struct ifinfomsg));
    attr_str(&r, IFLA_IFNAME, name);
    finish(&r);
    talk(netlink_open(), &r, name);
}

/* A new namespace without IPv6, whose multicasts would flood the bridge. */
static int new_netns(void) {
    ok(unshare(CLONE_NEWNET), "unshare");
    for (int i = 0; i < 2; i++) {
        int fd = open(i ? "/proc/sys/net/ipv6/conf/all/disable_ipv6"
                        : "/proc/sys/net/ipv6/conf/default/disable_ipv6", O_WRONLY);
        if (fd >= 0 && write(fd, "1", 1) == 1)
            close(fd);
    }
    return netns_of(getpid());
}

/* Ten interfaces a namespace; all of it goes when we exit. */
static void many(int count, const char *bridge) {
    int host = netns_of(getpid()), outside = netlink_open(), master = index_of(bridge);
    int netns = -1, inside = -1;
    double spent = 0;
    for (int i = 0; i < count; i++) {
        char near[IFNAMSIZ], far[IFNAMSIZ], cidr[64];
        if (i % 10 == 0) {
            netns = new_netns(); /* kept open: it lives on until the end */
            inside = netlink_open();
            ok(setns(host, CLONE_NEWNET), "setns");
        }
        /* The kernel may still be taking down those of an earlier run. */
        snprintf(near, sizeof near, "f%x.%d", getpid(), i);
        snprintf(far, sizeof far, "eth%d", 1 + i % 10);
        snprintf(cidr, sizeof cidr, "10.%d.%d.%d/16", 200 + i % 10, i / 2500, 1 + i / 10 % 250);
        double begin = now_us();
        struct address a = address(cidr);
        configure(inside, make_veth(outside, master, near, far, netns, &a), &a);
        spent += now_us() - begin;
    }
    printf("%.0f\n", spent / count);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void durable(const char *path, int count) {
    static char record[RECORD];
    double *took = calloc(count, sizeof *took);
    int fd = ok(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), path);
    ok(pwrite(fd, record, sizeof record, 0), "pwrite");
    ok(fsync(fd), "fsync");
    for (int i = 0; i < count; i++) {
        record[0] = i;
        double begin = now_us();
        ok(pwrite(fd, record, sizeof record, 0), "pwrite");
        ok(fdatasync(fd), "fdatasync");
        took[i] = now_us() - begin;
    }
    qsort(took, count, sizeof *took, by_value);
    printf("%.0f\n", took[count / 2]);
}

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    if (argc == 8 && !strcmp(command, "attach"))
        attach(argv + 2);
    else if (argc == 3 && !strcmp(command, "detach"))
        detach(argv[2]);
    else if (argc == 4 && !strcmp(command, "many") && atoi(argv[2]) > 0)
        many(atoi(argv[2]), argv[3]);
    else if (argc == 4 && !strcmp(command, "fdatasync") && atoi(argv[3]) > 0)
        durable(argv[2], atoi(argv[3]));
    else if (argc != 2 || strcmp(command, "nop")) {
        fputs("usage: floor attach SOCK CONTAINER BRIDGE HOSTIF IFNAME CIDR | detach HOSTIF | nop |"
              " many N BRIDGE | fdatasync FILE N\n", stderr);
        return 2;
    }
    return 0;
}
