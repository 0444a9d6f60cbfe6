/*
 * The smallest io_uring operation: what a submission and its completion cost on this machine.
 *
 * usage: nop BATCH MILLISECONDS        prints ns_per_op=N
 *
 * Each turn submits BATCH nops with one system call and takes their completions, checking that each came exactly once.
 */
#define _GNU_SOURCE
#include "common.h"

#include <liburing.h>

enum { SUBMISSIONS = 1024, TURNS_PER_CLOCK_READ = 200 };

static void turn(struct io_uring *ring, unsigned batch) {
    for (unsigned i = 0; i < batch; i++) {
        struct io_uring_sqe *entry = io_uring_get_sqe(ring);
        io_uring_prep_nop(entry);
        io_uring_sqe_set_data64(entry, i);
    }
    int error = io_uring_submit_and_wait(ring, batch);
    if (error < 0)
        fail_call("io_uring_enter", error);

    unsigned head, seen = 0;
    uint64_t sum = 0;
    struct io_uring_cqe *cqe;
    io_uring_for_each_cqe(ring, head, cqe) {
        if (cqe->res)
            fail_call("nop", cqe->res);
        sum += io_uring_cqe_get_data64(cqe);
        seen++;
    }
    io_uring_cq_advance(ring, seen);
    if (seen != batch || sum != (uint64_t)batch * (batch - 1) / 2)
        fail("%u nops submitted, %u completed, sum of their numbers %llu", batch, seen, (unsigned long long)sum);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: nop BATCH MILLISECONDS\n");
        return EXIT_USAGE;
    }
    unsigned batch = (unsigned)number_between(argv[1], 1, SUBMISSIONS, "BATCH");
    int64_t wanted_ns = number_between(argv[2], 1, 3600000, "MILLISECONDS") * INT64_C(1000000);

    struct io_uring ring;
    struct io_uring_params parameters = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN};
    int error = io_uring_queue_init_params(SUBMISSIONS, &ring, &parameters);
    if (error)
        fail_call("io_uring_queue_init_params", error);
    error = io_uring_register_ring_fd(&ring);
    if (error < 0)
        fail_call("io_uring_register_ring_fd", error);

    uint64_t operations = 0;
    int64_t started_ns = clock_ns(CLOCK_MONOTONIC), elapsed_ns;
    do {
        for (int i = 0; i < TURNS_PER_CLOCK_READ; i++)
            turn(&ring, batch);
        operations += (uint64_t)batch * TURNS_PER_CLOCK_READ;
        elapsed_ns = clock_ns(CLOCK_MONOTONIC) - started_ns;
    } while (elapsed_ns < wanted_ns);
    printf("ns_per_op=%.2f\n", (double)elapsed_ns / (double)operations);
    return EXIT_SUCCESS;
}
