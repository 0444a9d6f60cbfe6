/// Non-blocking I/O on io_uring and epoll: files, sockets and timers on one ring. Start at [dev.ringway.Ring].
module dev.ringway {
    requires static jdk.jfr;
    requires static org.jspecify;

    exports dev.ringway;
}
