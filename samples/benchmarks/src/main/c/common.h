/* What the programs of this directory share: failing with a reason, the clock, sockets on loopback. */
#ifndef RINGWAY_BENCH_COMMON_H
#define RINGWAY_BENCH_COMMON_H

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

enum {
    EXIT_USAGE = 2,
    BACKLOG = 1024,
    BUFFER_BYTES = 4096, /* of one receive, in every server and in the load */
};

__attribute__((format(printf, 1, 2), noreturn)) static inline void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(EXIT_FAILURE);
}

/* A system call that failed: its name and the reason, from an errno value or from io_uring's negative one. */
__attribute__((noreturn)) static inline void fail_call(const char *call, int error) {
    fail("%s: %s", call, strerror(error < 0 ? -error : error));
}

static inline long number_between(const char *text, long least, long most, const char *name) {
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno || end == text || *end || value < least || value > most) {
        fprintf(stderr, "%s must be a number from %ld to %ld, not '%s'\n", name, least, most, text);
        exit(EXIT_USAGE);
    }
    return value;
}

static inline int64_t clock_ns(clockid_t clock) {
    struct timespec t;
    if (clock_gettime(clock, &t))
        fail_call("clock_gettime", errno);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* Lets the process have as many descriptors as it may. */
static inline void raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit))
        fail_call("getrlimit", errno);
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit))
        fail_call("setrlimit", errno);
}

static inline struct sockaddr_in loopback(int port) {
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

/* A listener on loopback. */
static inline int listen_on(int port, int type_flags) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | type_flags, 0);
    if (fd < 0)
        fail_call("socket", errno);
    int on = 1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on))
        fail_call("setsockopt", errno);
    struct sockaddr_in address = loopback(port);
    if (bind(fd, (struct sockaddr *)&address, sizeof address))
        fail_call("bind", errno);
    if (listen(fd, BACKLOG))
        fail_call("listen", errno);
    return fd;
}

/* Tells whoever started the server that it listens, and where: with port 0 the kernel has chosen. */
static inline void print_ready(int listener) {
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    if (getsockname(listener, (struct sockaddr *)&address, &length))
        fail_call("getsockname", errno);
    printf("ready %d\n", ntohs(address.sin_port));
    fflush(stdout);
}

#endif
