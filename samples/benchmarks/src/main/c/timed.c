/*
 * Runs a program, and tells how long it took.
 *
 * usage: timed EXPECTED PROGRAM ARGUMENT...
 *
 * The time runs from before fork(2) to after wait4(2), which also tells the CPU time. The program's standard input is
 * empty; what it prints has to be what the file EXPECTED has. Prints one line of key=value pairs and exits 0; if the
 * program printed anything else or did not exit with 0, exits 1.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BYTES_MAX = 4096 };

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static double now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static double ms(struct timeval time) {
    return time.tv_sec * 1e3 + time.tv_usec / 1e3;
}

/* Reads to the end, at most BYTES_MAX + 1 bytes. */
static size_t read_all(int fd, char *bytes) {
    size_t length = 0;
    while (length <= BYTES_MAX) {
        ssize_t got = read(fd, bytes + length, BYTES_MAX + 1 - length);
        if (got < 0)
            fail("read");
        if (got == 0)
            break;
        length += (size_t)got;
    }
    return length;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: %s EXPECTED PROGRAM ARGUMENT...\n", argv[0]);
        return 2;
    }
    static char expected[BYTES_MAX + 1], printed[BYTES_MAX + 1];
    int file = open(argv[1], O_RDONLY | O_CLOEXEC), ends[2];
    if (file < 0)
        fail(argv[1]);
    size_t expected_length = read_all(file, expected);
    if (expected_length > BYTES_MAX) {
        fprintf(stderr, "%s has more than %d bytes\n", argv[1], BYTES_MAX);
        return 2;
    }
    if (pipe2(ends, O_CLOEXEC) != 0)
        fail("pipe2");

    double begun = now_ms();
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execv(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    close(ends[1]);
    size_t printed_length = read_all(ends[0], printed);
    close(ends[0]);
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) != child)
        fail("wait4");
    double wall = now_ms() - begun;

    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "%s ended with status 0x%x\n", argv[2], status);
        return 1;
    }
    if (printed_length != expected_length || memcmp(printed, expected, expected_length) != 0) {
        fprintf(stderr, "%s printed %zu bytes, which are not those of %s\n", argv[2], printed_length, argv[1]);
        return 1;
    }
    printf("wall_ms=%.3f cpu_ms=%.3f\n", wall, ms(usage.ru_utime) + ms(usage.ru_stime));
    return 0;
}
