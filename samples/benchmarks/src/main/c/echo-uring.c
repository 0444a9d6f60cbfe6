/*
 * TCP echo on io_uring: the reference for Ringway's io_uring backend.
 *
 * usage: echo-uring PORT          0 lets the kernel choose; "ready PORT" is printed once the server listens
 *
 * One thread, one ring, one system call a turn, which submits and waits.
 *   1. One multishot accept serves the listener, one multishot receive each connection.
 *   2. The kernel puts each piece that arrives into a buffer of the pool (a ring of provided buffers).
 *   3. The piece is sent back out of that same buffer, and the buffer returns to the pool when the send has completed.
 *      One send at a time is under way on a connection, so that none overtakes another; later pieces wait for it.
 *   4. A receive that the kernel ended (pool empty, queue full) is armed again.
 *   5. A connection whose peer has ended, or that has failed, is closed when its last send has completed.
 * The server ends when its standard input does.
 */
#define _GNU_SOURCE
#include "common.h"

#include <liburing.h>
#include <stdbool.h>
#include <unistd.h>

enum {
    SUBMISSIONS = 2048,
    COMPLETIONS = 8192,
    POOL_GROUP = 1,
    POOL_BUFFERS = 2048,
    CONNECTIONS_MAX = 65536, /* fds */
    NO_BUFFER = -1,
};

enum kind { ACCEPT, RECEIVE, SEND, INPUT };

/* By its fd. The pieces that wait are a list through "next". */
struct connection {
    bool sending, ended;
    int first, last;
};

static struct connection connections[CONNECTIONS_MAX];
static int next[POOL_BUFFERS], lengths[POOL_BUFFERS]; /* of the pieces in the buffers */

static struct io_uring ring;
static struct io_uring_buf_ring *pool;
static char *pool_memory;
static int pool_returned; /* buffers put back this turn, not yet shown to the kernel */
static int listener;
static char input;

/* user_data: what was asked in the top byte, a buffer's number and an fd below it. */
static uint64_t tag(enum kind kind, int buffer, int fd) {
    return (uint64_t)kind << 56 | (uint64_t)buffer << 32 | (uint32_t)fd;
}

static enum kind tagged_kind(uint64_t tag) {
    return (enum kind)(tag >> 56);
}

static int tagged_buffer(uint64_t tag) {
    return (int)(tag >> 32 & 0xffff);
}

static int tagged_fd(uint64_t tag) {
    return (int)(uint32_t)tag;
}

static struct io_uring_sqe *next_entry(void) {
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring);
    if (!entry) {
        io_uring_submit(&ring);
        entry = io_uring_get_sqe(&ring);
        if (!entry)
            fail("the submission queue stays full");
    }
    return entry;
}

static void arm_accept(void) {
    struct io_uring_sqe *entry = next_entry();
    io_uring_prep_multishot_accept(entry, listener, NULL, NULL, SOCK_CLOEXEC);
    io_uring_sqe_set_data64(entry, tag(ACCEPT, 0, listener));
}

static void arm_receive(int fd) {
    struct io_uring_sqe *entry = next_entry();
    io_uring_prep_recv_multishot(entry, fd, NULL, 0, 0);
    entry->flags |= IOSQE_BUFFER_SELECT;
    entry->buf_group = POOL_GROUP;
    io_uring_sqe_set_data64(entry, tag(RECEIVE, 0, fd));
}

static void arm_input(void) {
    struct io_uring_sqe *entry = next_entry();
    io_uring_prep_read(entry, STDIN_FILENO, &input, sizeof input, 0);
    io_uring_sqe_set_data64(entry, tag(INPUT, 0, STDIN_FILENO));
}

static char *buffer_address(int buffer) {
    return pool_memory + (size_t)buffer * BUFFER_BYTES;
}

static void return_buffer(int buffer) {
    io_uring_buf_ring_add(pool, buffer_address(buffer), BUFFER_BYTES, (unsigned short)buffer,
                          io_uring_buf_ring_mask(POOL_BUFFERS), pool_returned++);
}

static void show_returned_buffers(void) {
    if (pool_returned)
        io_uring_buf_ring_advance(pool, pool_returned);
    pool_returned = 0;
}

static void send_piece(int fd, int buffer) {
    struct io_uring_sqe *entry = next_entry();
    io_uring_prep_send(entry, fd, buffer_address(buffer), (size_t)lengths[buffer], MSG_NOSIGNAL | MSG_WAITALL);
    io_uring_sqe_set_data64(entry, tag(SEND, buffer, fd));
}

static void send_back(int fd, int buffer, int length) {
    struct connection *connection = &connections[fd];
    lengths[buffer] = length;
    if (!connection->sending) {
        connection->sending = true;
        send_piece(fd, buffer);
        return;
    }
    next[buffer] = NO_BUFFER;
    if (connection->first == NO_BUFFER)
        connection->first = buffer;
    else
        next[connection->last] = buffer;
    connection->last = buffer;
}

static void sent(int fd, int buffer, int result) {
    struct connection *connection = &connections[fd];
    bool whole = result == lengths[buffer];
    return_buffer(buffer);
    if (!whole && !connection->ended) {
        /* What waits will not be sent; the receive that is armed then reports the end. */
        while (connection->first != NO_BUFFER) {
            int unsent = connection->first;
            connection->first = next[unsent];
            return_buffer(unsent);
        }
        shutdown(fd, SHUT_RDWR);
    }
    if (connection->first != NO_BUFFER) {
        int waiting = connection->first;
        connection->first = next[waiting];
        send_piece(fd, waiting);
        return;
    }
    connection->sending = false;
    if (connection->ended)
        close(fd);
}

static void accepted(int result, unsigned flags) {
    if (result >= CONNECTIONS_MAX) {
        close(result);
    } else if (result >= 0) {
        connections[result] = (struct connection){.first = NO_BUFFER};
        arm_receive(result);
    }
    if (!(flags & IORING_CQE_F_MORE))
        arm_accept();
}

static void received(int fd, int result, unsigned flags) {
    int buffer = (int)(flags >> IORING_CQE_BUFFER_SHIFT);
    if (result > 0)
        send_back(fd, buffer, result);
    else if (flags & IORING_CQE_F_BUFFER)
        return_buffer(buffer);

    if (result > 0 || result == -ENOBUFS) {
        if (!(flags & IORING_CQE_F_MORE))
            arm_receive(fd);
        return;
    }
    connections[fd].ended = true;
    if (!connections[fd].sending)
        close(fd);
}

static void open_ring(void) {
    struct io_uring_params parameters = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE,
        .cq_entries = COMPLETIONS,
    };
    int error = io_uring_queue_init_params(SUBMISSIONS, &ring, &parameters);
    if (error)
        fail_call("io_uring_queue_init_params (Linux 6.1 or newer, and allowed by seccomp and sysctl?)", error);
    error = io_uring_register_ring_fd(&ring);
    if (error < 0)
        fail_call("io_uring_register_ring_fd", error);
}

static void open_pool(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    pool = aligned_alloc(page, POOL_BUFFERS * sizeof(struct io_uring_buf));
    pool_memory = aligned_alloc(page, (size_t)POOL_BUFFERS * BUFFER_BYTES);
    if (!pool || !pool_memory)
        fail("no memory for the pool");
    memset(pool_memory, 1, (size_t)POOL_BUFFERS * BUFFER_BYTES); /* page faults happen here, not under load */

    struct io_uring_buf_reg registration = {
        .ring_addr = (uint64_t)(uintptr_t)pool,
        .ring_entries = POOL_BUFFERS,
        .bgid = POOL_GROUP,
    };
    int error = io_uring_register_buf_ring(&ring, &registration, 0);
    if (error)
        fail_call("io_uring_register_buf_ring", error);
    io_uring_buf_ring_init(pool);
    for (int buffer = 0; buffer < POOL_BUFFERS; buffer++)
        return_buffer(buffer);
    show_returned_buffers();
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: echo-uring PORT\n");
        return EXIT_USAGE;
    }
    raise_descriptor_limit();
    listener = listen_on((int)number_between(argv[1], 0, 65535, "PORT"), 0);
    open_ring();
    open_pool();
    arm_accept();
    arm_input();
    print_ready(listener);

    for (;;) {
        int error = io_uring_submit_and_wait(&ring, 1);
        if (error < 0 && error != -EINTR)
            fail_call("io_uring_enter", error);

        unsigned head, seen = 0;
        struct io_uring_cqe *cqe;
        io_uring_for_each_cqe(&ring, head, cqe) {
            uint64_t data = io_uring_cqe_get_data64(cqe);
            switch (tagged_kind(data)) {
            case ACCEPT:
                accepted(cqe->res, cqe->flags);
                break;
            case RECEIVE:
                received(tagged_fd(data), cqe->res, cqe->flags);
                break;
            case SEND:
                sent(tagged_fd(data), tagged_buffer(data), cqe->res);
                break;
            case INPUT:
                if (cqe->res <= 0)
                    return EXIT_SUCCESS;
                arm_input();
                break;
            }
            seen++;
        }
        show_returned_buffers();
        io_uring_cq_advance(&ring, seen);
    }
}
