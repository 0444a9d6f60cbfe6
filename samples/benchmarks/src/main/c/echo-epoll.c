/*
 * TCP echo on level-triggered epoll: the reference for Ringway's epoll backend.
 *
 * usage: echo-epoll PORT          0 lets the kernel choose; "ready PORT" is printed once the server listens
 *
 * One thread. A readable connection is received from once, and what came is sent back at once: with one message
 * outstanding a connection the send buffer never fills, so a short send ends the connection instead of being queued.
 * The server ends when its standard input does.
 */
#define _GNU_SOURCE
#include "common.h"

#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS_MAX = 1024 };

static void watch(int epoll, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event))
        fail_call(fd == STDIN_FILENO ? "epoll_ctl of standard input (it must be a pipe)" : "epoll_ctl", errno);
}

static void accept_all(int epoll, int listener) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
        watch(epoll, fd);
    if (errno != EAGAIN && errno != ECONNABORTED)
        fail_call("accept4", errno);
}

static void echo(int fd) {
    static char buffer[BUFFER_BYTES];
    ssize_t received = recv(fd, buffer, sizeof buffer, 0);
    if (received < 0 && errno == EAGAIN)
        return;
    if (received <= 0 || send(fd, buffer, (size_t)received, MSG_NOSIGNAL) != received)
        close(fd);
}

static int input_ended(void) {
    char ignored[64];
    return read(STDIN_FILENO, ignored, sizeof ignored) <= 0;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: echo-epoll PORT\n");
        return EXIT_USAGE;
    }
    raise_descriptor_limit();
    int listener = listen_on((int)number_between(argv[1], 0, 65535, "PORT"), SOCK_NONBLOCK);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0)
        fail_call("epoll_create1", errno);
    watch(epoll, listener);
    watch(epoll, STDIN_FILENO);
    print_ready(listener);

    static struct epoll_event events[EVENTS_MAX];
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS_MAX, -1);
        if (count < 0 && errno != EINTR)
            fail_call("epoll_wait", errno);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listener)
                accept_all(epoll, listener);
            else if (fd != STDIN_FILENO)
                echo(fd);
            else if (input_ended())
                return EXIT_SUCCESS;
        }
    }
}
