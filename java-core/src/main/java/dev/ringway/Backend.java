package dev.ringway;

/// The kernel interface a ring works on.
public enum Backend {
    /// Linux io_uring, from kernel 6.1. See `man 7 io_uring`.
    IO_URING("io_uring"),
    /// Linux epoll, edge-triggered; storage calls run on the offload executor. See `man 7 epoll`.
    EPOLL("epoll"),
    /// kqueue of macOS and the BSDs. See `man 2 kqueue`.
    KQUEUE("kqueue");

    private final String label;

    Backend(String label) {
        this.label = label;
    }

    /// The name used in messages and by `-Dringway.backend`: `io_uring`, `epoll` or `kqueue`.
    @Override
    public String toString() {
        return label;
    }
}
