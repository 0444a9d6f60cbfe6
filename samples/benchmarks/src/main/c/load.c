/*
 * The load of the echo comparison: it measures a server and checks every byte that the server sends back.
 *
 * usage: load PORT CONNECTIONS BYTES WARMUP_MS MILLIS PID RATE SLEEP
 *
 * Each connection has at most one message outstanding. With RATE 0 it always has one: the next is sent when the reply
 * to the last is complete, and a reply's time runs from the turn in which its message was written. Else messages are
 * sent by a schedule, so many a second over all connections, evenly, one connection after another; one whose connection
 * still waits for a reply is sent after it; and a reply's time runs from when its message was due, so that what a slow
 * reply holds up counts too.
 * Every message has bytes of its own, derived from the connection
 * and the message's number, so that a reply that is lost, doubled, late, cut or sent to somebody else is a mismatch.
 *
 *   WARM     messages go round; nothing is counted. It begins anew when every connection has had a reply, so that
 *            what accepting costs is not counted either
 *   MEASURE  replies are counted and timed; PID's CPU time is read at the start and at the end
 *   DRAIN    no message is sent any more but those that are overdue; each connection, once its reply is checked, is
 *            shut down for writing, and the server must then end it without another byte
 *
 * The load spins on its own core, so that it never adds a wake-up of its own to the server's latency; with SLEEP 1,
 * for when it shares its core, it sleeps until there is something to do. SLEEP goes with RATE 0 only.
 * A reply's time ends with the turn in which it was complete.
 * Prints one line of key=value pairs and exits 0; on a mismatch, or any other fault of the server, exits 1.
 */
#define _GNU_SOURCE
#include "load.h"

#include <liburing.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <unistd.h>

enum {
    SUBMISSIONS = 4096,
    COMPLETIONS = 16384,
    CONNECTIONS_MAX = 8192,
    MESSAGE_BYTES_MAX = 65536,
    POOL_GROUP = 1,
    POOL_BUFFERS = 4096,
    DRAIN_SECONDS = 5,
    WARM_SECONDS = 10,
};

struct connection {
    int fd;
    int received;            /* bytes of the outstanding message that have come back */
    bool waiting;            /* a message is outstanding */
    uint64_t messages;       /* sent so far */
    int64_t sent_ns;         /* or due_ns, by a schedule */
    unsigned char *message;  /* as sent, and kept to compare the reply with */
};

enum phase { WARM, MEASURE, DRAIN };

static struct io_uring ring;
static struct io_uring_buf_ring *pool;
static unsigned char *pool_memory;
static int pool_returned;
static struct connection connections[CONNECTIONS_MAX];
static int connection_count, message_bytes, open_connections;
static int answered; /* connections that have had a reply */
static uint64_t salt; /* of this run, so that bytes of an earlier one never fit */
static enum phase phase;
static int64_t now_ns; /* of this turn */
static bool sleeps;

/* The schedule: message n of all connections is due at schedule_ns + n * 1 s / rate. */
static int64_t rate, schedule_ns;
static uint64_t due; /* messages that have become due */
static int64_t measure_from_ns, measure_to_ns = INT64_MAX;

/* ---- messages ---- */

static void write_message(struct connection *connection) {
    uint64_t number = salt + ((uint64_t)(connection - connections) << 40) + connection->messages;
    fill_message(connection->message, message_bytes, number);
}

static void check_reply(const struct connection *connection, const unsigned char *piece, int length) {
    int number = (int)(connection - connections);
    unsigned long long message = connection->messages;
    if (!connection->waiting)
        fail("mismatch: connection %d received %d bytes that nobody asked for after message %llu", number, length,
             message);
    if (length > message_bytes - connection->received)
        fail("mismatch: connection %d received %d bytes more than message %llu has", number,
             connection->received + length - message_bytes, message);
    const unsigned char *expected = connection->message + connection->received;
    if (memcmp(piece, expected, (size_t)length) == 0)
        return;
    int at = 0;
    while (piece[at] == expected[at])
        at++;
    fail("mismatch: connection %d, message %llu, byte %d: sent 0x%02x, received 0x%02x", number, message,
         connection->received + at, expected[at], piece[at]);
}

/* ---- ring ---- */

enum kind { RECEIVE, SEND };

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

static uint64_t tag(enum kind kind, const struct connection *connection) {
    return (uint64_t)kind << 32 | (uint64_t)(connection - connections);
}

static void arm_receive(struct connection *connection) {
    struct io_uring_sqe *entry = next_entry();
    io_uring_prep_recv_multishot(entry, connection->fd, NULL, 0, 0);
    entry->flags |= IOSQE_BUFFER_SELECT;
    entry->buf_group = POOL_GROUP;
    io_uring_sqe_set_data64(entry, tag(RECEIVE, connection));
}

static int64_t due_ns(uint64_t message) {
    return schedule_ns + (int64_t)((double)message * (double)NS_PER_S / (double)rate);
}

/* The number in the schedule of a connection's next message. */
static uint64_t next_scheduled(const struct connection *connection) {
    return connection->messages * (uint64_t)connection_count + (uint64_t)(connection - connections);
}

static void send_message(struct connection *connection) {
    connection->sent_ns = rate ? due_ns(next_scheduled(connection)) : now_ns;
    connection->messages++;
    write_message(connection);
    connection->received = 0;
    connection->waiting = true;
    struct io_uring_sqe *entry = next_entry();
    io_uring_prep_send(entry, connection->fd, connection->message, (size_t)message_bytes, MSG_NOSIGNAL | MSG_WAITALL);
    entry->flags |= IOSQE_CQE_SKIP_SUCCESS; /* the reply says that it was sent; only a failure completes */
    io_uring_sqe_set_data64(entry, tag(SEND, connection));
}

static void return_buffer(int buffer) {
    io_uring_buf_ring_add(pool, pool_memory + (size_t)buffer * BUFFER_BYTES, BUFFER_BYTES, (unsigned short)buffer,
                          io_uring_buf_ring_mask(POOL_BUFFERS), pool_returned++);
}

static void show_returned_buffers(void) {
    if (pool_returned)
        io_uring_buf_ring_advance(pool, pool_returned);
    pool_returned = 0;
}

static void finish_writing(const struct connection *connection) {
    if (shutdown(connection->fd, SHUT_WR))
        fail_call("shutdown", errno);
}

/*
 * A server that sends a long message piece by piece, without TCP_NODELAY, sends the second piece when the first has
 * been acknowledged: the kernel would put that off for 40 ms, since no message is about to carry it.
 */
static void acknowledge(const struct connection *connection) {
    int on = 1;
    if (setsockopt(connection->fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on))
        fail_call("setsockopt", errno);
}

/* By a schedule everything counts that was due in the time measured, whenever its reply comes. */
static bool is_counted(const struct connection *connection) {
    return rate ? connection->sent_ns >= measure_from_ns && connection->sent_ns < measure_to_ns : phase == MEASURE;
}

static void received(struct connection *connection, const unsigned char *piece, int length) {
    check_reply(connection, piece, length);
    connection->received += length;
    if (connection->received < message_bytes) {
        acknowledge(connection);
        return;
    }
    connection->waiting = false;
    answered += connection->messages == 1;
    if (is_counted(connection))
        count_time(now_ns - connection->sent_ns);
    bool overdue = rate && next_scheduled(connection) < due;
    if (overdue || (!rate && phase != DRAIN))
        send_message(connection);
    else if (phase == DRAIN)
        finish_writing(connection);
}

static void ended(struct connection *connection) {
    int number = (int)(connection - connections);
    if (phase != DRAIN || connection->waiting)
        fail("the server ended connection %d, which was in use", number);
    close(connection->fd);
    open_connections--;
}

static void completed(const struct io_uring_cqe *cqe) {
    uint64_t data = io_uring_cqe_get_data64(cqe);
    struct connection *connection = &connections[(uint32_t)data];
    if (data >> 32 == SEND)
        fail("send on connection %d: %s", (int)(uint32_t)data,
             cqe->res < 0 ? strerror(-cqe->res) : "less was sent than asked");

    if (cqe->res > 0) {
        int buffer = (int)(cqe->flags >> IORING_CQE_BUFFER_SHIFT);
        received(connection, pool_memory + (size_t)buffer * BUFFER_BYTES, cqe->res);
        return_buffer(buffer);
    } else if (cqe->res == 0) {
        if (cqe->flags & IORING_CQE_F_BUFFER)
            return_buffer((int)(cqe->flags >> IORING_CQE_BUFFER_SHIFT));
        ended(connection);
        return;
    } else if (cqe->res != -ENOBUFS) {
        fail("receive on connection %d: %s", (int)(uint32_t)data, strerror(-cqe->res));
    }
    if (!(cqe->flags & IORING_CQE_F_MORE))
        arm_receive(connection);
}

/* Sends what has become due, where nothing is outstanding. */
static void follow_schedule(void) {
    for (; due_ns(due) <= now_ns; due++) {
        struct connection *connection = &connections[due % (uint64_t)connection_count];
        if (!connection->waiting)
            send_message(connection);
    }
}

static void turn(void) {
    int error = sleeps ? io_uring_submit_and_wait(&ring, 1) : io_uring_submit_and_get_events(&ring);
    if (error < 0 && error != -EINTR)
        fail_call("io_uring_enter", error);
    now_ns = clock_ns(CLOCK_MONOTONIC);

    unsigned head, seen = 0;
    struct io_uring_cqe *cqe;
    io_uring_for_each_cqe(&ring, head, cqe) {
        completed(cqe);
        seen++;
    }
    show_returned_buffers();
    io_uring_cq_advance(&ring, seen);
}

static void turn_until(int64_t end_ns) {
    while (now_ns < end_ns) {
        turn();
        if (rate)
            follow_schedule();
    }
}

/* ---- set-up ---- */

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
    memset(pool_memory, 1, (size_t)POOL_BUFFERS * BUFFER_BYTES);

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

static void connect_all(int port) {
    struct sockaddr_in address = loopback(port);
    for (int i = 0; i < connection_count; i++) {
        struct connection *connection = &connections[i];
        connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connection->fd < 0)
            fail_call("socket", errno);
        if (connect(connection->fd, (struct sockaddr *)&address, sizeof address))
            fail_call("connect", errno);
        connection->message = new_message(message_bytes);
        open_connections++;
    }
}

int main(int argc, char **argv) {
    if (argc != 9) {
        fprintf(stderr, "usage: load PORT CONNECTIONS BYTES WARMUP_MS MILLIS PID RATE SLEEP\n");
        return EXIT_USAGE;
    }
    int port = (int)number_between(argv[1], 1, 65535, "PORT");
    connection_count = (int)number_between(argv[2], 1, CONNECTIONS_MAX, "CONNECTIONS");
    message_bytes = (int)number_between(argv[3], 1, MESSAGE_BYTES_MAX, "BYTES");
    int64_t warmup_ns = number_between(argv[4], 0, 3600000, "WARMUP_MS") * INT64_C(1000000);
    int64_t measure_ns = number_between(argv[5], 1, 3600000, "MILLIS") * INT64_C(1000000);
    clockid_t server_clock = cpu_clock_of((pid_t)number_between(argv[6], 1, INT_MAX, "PID"));
    rate = number_between(argv[7], 0, 100000000, "RATE");
    sleeps = number_between(argv[8], 0, rate ? 0 : 1, "SLEEP");

    raise_descriptor_limit();
    open_ring();
    open_pool();
    connect_all(port);
    now_ns = clock_ns(CLOCK_MONOTONIC);
    salt = spread((uint64_t)now_ns);
    schedule_ns = now_ns;
    for (int i = 0; i < connection_count; i++) {
        arm_receive(&connections[i]);
        if (!rate)
            send_message(&connections[i]);
    }

    phase = WARM;
    for (int64_t limit_ns = now_ns + WARM_SECONDS * NS_PER_S; answered < connection_count && now_ns < limit_ns;)
        turn_until(now_ns + 1);
    turn_until(now_ns + warmup_ns);

    phase = MEASURE;
    measure_from_ns = now_ns;
    int64_t server_cpu_ns = clock_ns(server_clock), own_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    turn_until(measure_from_ns + measure_ns);
    server_cpu_ns = clock_ns(server_clock) - server_cpu_ns;
    own_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - own_cpu_ns;
    measure_to_ns = now_ns;
    double elapsed_ns = (double)(measure_to_ns - measure_from_ns);

    phase = DRAIN;
    for (int i = 0; i < connection_count; i++)
        if (!connections[i].waiting)
            finish_writing(&connections[i]);
    int64_t drain_end_ns = now_ns + DRAIN_SECONDS * NS_PER_S;
    while (open_connections > 0 && now_ns < drain_end_ns)
        turn();
    if (open_connections > 0)
        fail("not answered, or not ended, within %d s: %d connection(s)", DRAIN_SECONDS, open_connections);
    if (counted == 0)
        fail("not one reply in %ld ms", (long)(measure_ns / INT64_C(1000000)));

    printf("requests=%llu requests_per_second=%.0f p50_us=%.2f p99_us=%.2f p999_us=%.2f p9999_us=%.2f max_us=%.2f "
           "cpu_ns_per_request=%.1f load_share=%.4f\n",
           (unsigned long long)counted, (double)counted * 1e9 / elapsed_ns, percentile_us(0.5), percentile_us(0.99),
           percentile_us(0.999), percentile_us(0.9999), percentile_us(1), (double)server_cpu_ns / (double)counted,
           (double)own_cpu_ns / elapsed_ns);
    return EXIT_SUCCESS;
}
