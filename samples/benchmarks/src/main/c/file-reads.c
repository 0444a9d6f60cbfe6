/*
 * Random reads of 4 KiB from one file, so many of them in flight.
 *
 * usage: file-reads FILE cached|direct plain|registered
 *
 * Prints "ready". Then, for each line "measure DEPTH MILLIS" or "check DEPTH MILLIS" on its standard input, reads
 * for so long and prints reads=N nanos=N. "check" compares every byte of every block with what the file must have
 * there (see word_at). Ends with its standard input.
 *
 * One turn is one system call, which submits what the last one has set free and waits for one completion at least.
 * "registered" registers the buffers, in one piece, and the file.
 */
#define _GNU_SOURCE
#include "common.h"

#include <fcntl.h>
#include <liburing.h>
#include <stdbool.h>
#include <sys/stat.h>

enum { BLOCK = 4096, WORDS = BLOCK / 8, DEPTH_MAX = 256, TURNS_PER_CLOCK_READ = 16 };

static struct io_uring ring;
static int file;
static bool registered, checking;
static uint64_t blocks;
static char *buffers;
static uint64_t block_in[DEPTH_MAX];
static uint64_t state = UINT64_C(88172645463325252);

/* The 64-bit word at an index of the file: a finaliser of splitmix64, so that no two blocks are alike. */
static uint64_t word_at(uint64_t index) {
    uint64_t z = (index + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t random_block(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % blocks;
}

static void submit(unsigned slot) {
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring);
    if (!entry)
        fail("the submission queue is full");
    char *buffer = buffers + (size_t)slot * BLOCK;
    block_in[slot] = random_block();
    uint64_t offset = block_in[slot] * BLOCK;
    if (registered) {
        io_uring_prep_read_fixed(entry, 0, buffer, BLOCK, offset, 0);
        entry->flags |= IOSQE_FIXED_FILE;
    } else {
        io_uring_prep_read(entry, file, buffer, BLOCK, offset);
    }
    io_uring_sqe_set_data64(entry, slot);
}

static void take(const struct io_uring_cqe *cqe) {
    if (cqe->res != BLOCK)
        fail_call("read", cqe->res < 0 ? cqe->res : EIO);
    unsigned slot = (unsigned)io_uring_cqe_get_data64(cqe);
    const uint64_t *words = (const uint64_t *)(buffers + (size_t)slot * BLOCK);
    for (unsigned i = 0; checking && i < WORDS; i++)
        if (words[i] != word_at(block_in[slot] * WORDS + i))
            fail("block %llu is wrong", (unsigned long long)block_in[slot]);
}

/* Takes what has come; submits again while there is time left. Returns how many it were. */
static unsigned turn(bool again) {
    int error = io_uring_submit_and_wait(&ring, 1);
    if (error < 0 && error != -EINTR)
        fail_call("io_uring_enter", error);
    unsigned head, seen = 0;
    struct io_uring_cqe *cqe;
    io_uring_for_each_cqe(&ring, head, cqe) {
        take(cqe);
        if (again)
            submit((unsigned)io_uring_cqe_get_data64(cqe));
        seen++;
    }
    io_uring_cq_advance(&ring, seen);
    return seen;
}

static void measure(unsigned depth, int64_t wanted_ns) {
    int64_t started_ns = clock_ns(CLOCK_MONOTONIC), elapsed_ns = 0;
    uint64_t reads = 0;
    for (unsigned slot = 0; slot < depth; slot++)
        submit(slot);
    for (unsigned turns = 1; elapsed_ns < wanted_ns; turns++) {
        reads += turn(true);
        if (turns % TURNS_PER_CLOCK_READ == 0)
            elapsed_ns = clock_ns(CLOCK_MONOTONIC) - started_ns;
    }
    for (unsigned left = depth; left > 0;) {
        unsigned seen = turn(false);
        left -= seen;
        reads += seen;
    }
    elapsed_ns = clock_ns(CLOCK_MONOTONIC) - started_ns;
    printf("reads=%llu nanos=%lld\n", (unsigned long long)reads, (long long)elapsed_ns);
    fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: file-reads FILE cached|direct plain|registered\n");
        return EXIT_USAGE;
    }
    bool direct = strcmp(argv[2], "direct") == 0;
    registered = strcmp(argv[3], "registered") == 0;
    file = open(argv[1], O_RDONLY | O_CLOEXEC | (direct ? O_DIRECT : 0));
    if (file < 0)
        fail_call("open", errno);
    struct stat status;
    if (fstat(file, &status))
        fail_call("fstat", errno);
    blocks = (uint64_t)status.st_size / BLOCK;

    struct io_uring_params parameters = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN};
    int error = io_uring_queue_init_params(DEPTH_MAX, &ring, &parameters);
    if (error)
        fail_call("io_uring_queue_init_params", error);
    error = io_uring_register_ring_fd(&ring);
    if (error < 0)
        fail_call("io_uring_register_ring_fd", error);
    buffers = aligned_alloc(BLOCK, (size_t)DEPTH_MAX * BLOCK);
    if (!buffers)
        fail("no memory");
    memset(buffers, 0, (size_t)DEPTH_MAX * BLOCK);
    if (registered) {
        struct iovec memory = {.iov_base = buffers, .iov_len = (size_t)DEPTH_MAX * BLOCK};
        error = io_uring_register_buffers(&ring, &memory, 1);
        if (error)
            fail_call("io_uring_register_buffers", error);
        error = io_uring_register_files(&ring, &file, 1);
        if (error)
            fail_call("io_uring_register_files", error);
    }

    printf("ready\n");
    fflush(stdout);
    char line[64], what[16], depth[16], millis[16];
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "%15s %15s %15s", what, depth, millis) != 3)
            fail("not a command: %s", line);
        checking = strcmp(what, "check") == 0;
        measure((unsigned)number_between(depth, 1, DEPTH_MAX, "DEPTH"),
                number_between(millis, 1, 3600000, "MILLIS") * INT64_C(1000000));
    }
    return EXIT_SUCCESS;
}
