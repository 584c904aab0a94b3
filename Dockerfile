# netpipe in an image of a few megabytes: `docker build -t netpipe .`
# The release program is linked statically (build.rs), so the second stage needs no libraries;
# it is busybox for the shell that hooks are written in.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock build.rs ./
COPY scripts/order.txt scripts/
COPY benches/many.rs benches/
COPY src src
RUN cargo build --release --locked

FROM busybox:1.37-musl
COPY --from=build /src/target/release/netpipe /bin/netpipe
# As a sidecar of Compose it waits; its hooks do the work. See examples/compose.
CMD ["tail", "-f", "/dev/null"]
