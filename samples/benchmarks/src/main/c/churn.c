/*
 * The load of connection churn: connect, one message, its reply, close; again and again, and every byte checked.
 *
 * usage: churn PORT CONNECTIONS BYTES WARMUP_MS MILLIS PID
 *
 *   1. So many connections are under way at a time. Each is opened and sends its message at once.
 *   2. When the reply is complete it is compared, and the connection is shut down for writing.
 *   3. The server then has to end it without another byte; the end is what is counted, and the next one is opened.
 *
 * A client's port is not free for a minute after its connection: each connection comes from another address of
 * 127.0.0.0/8, so that they do not run out. The load spins on its own core. PID's CPU time is read at the start and at
 * the end. Prints one line of key=value pairs and exits 0; on a mismatch, or any other fault of the server, exits 1.
 */
#define _GNU_SOURCE
#include "load.h"

#include <liburing.h>
#include <stdbool.h>
#include <unistd.h>

enum {
    ENTRIES = 4096,
    CONNECTIONS_MAX = 1024, /* the backlog of the servers: nobody is ever refused */
    FIRST_ADDRESS = 0x7f010001, /* 127.1.0.1 */
    ADDRESSES = 0x00fe0000,
    DRAIN_SECONDS = 5,
};

struct connection {
    int fd;
    bool replied;
    int64_t opened_ns;
    unsigned char *message, *reply;
};

static struct io_uring ring;
static struct connection connections[CONNECTIONS_MAX];
static struct sockaddr_in server;
static int message_bytes, open_connections;
static bool measuring, draining;
static uint64_t salt, opened;

static void receive(struct connection *connection, unsigned char *into, int bytes) {
    struct io_uring_sqe *entry = io_uring_get_sqe(&ring);
    if (!entry)
        fail("the submission queue is full");
    io_uring_prep_recv(entry, connection->fd, into, (size_t)bytes, MSG_WAITALL);
    io_uring_sqe_set_data64(entry, (uint64_t)(connection - connections));
}

static void open_next(struct connection *connection) {
    int on = 1;
    struct sockaddr_in own = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(FIRST_ADDRESS + (uint32_t)(opened % ADDRESSES)),
    };
    connection->opened_ns = clock_ns(CLOCK_MONOTONIC);
    connection->replied = false;
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->fd < 0)
        fail_call("socket", errno);
    if (setsockopt(connection->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on))
        fail_call("setsockopt", errno);
    if (bind(connection->fd, (struct sockaddr *)&own, sizeof own))
        fail_call("bind", errno);
    if (connect(connection->fd, (struct sockaddr *)&server, sizeof server))
        fail_call("connect", errno);
    fill_message(connection->message, message_bytes, salt + opened++);
    if (send(connection->fd, connection->message, (size_t)message_bytes, MSG_NOSIGNAL) != message_bytes)
        fail_call("send", errno);
    receive(connection, connection->reply, message_bytes);
    open_connections++;
}

static void completed(struct connection *connection, int result) {
    int number = (int)(connection - connections);
    if (result < 0)
        fail("receive on connection %d: %s", number, strerror(-result));
    if (!connection->replied) {
        if (result != message_bytes)
            fail("mismatch: connection %d ended after %d of %d bytes", number, result, message_bytes);
        if (memcmp(connection->reply, connection->message, (size_t)message_bytes))
            fail("mismatch: connection %d received other bytes than it had sent", number);
        connection->replied = true;
        if (shutdown(connection->fd, SHUT_WR))
            fail_call("shutdown", errno);
        receive(connection, connection->reply, 1);
        return;
    }
    if (result > 0)
        fail("mismatch: connection %d received more bytes than it had sent", number);
    close(connection->fd);
    open_connections--;
    if (measuring)
        count_time(clock_ns(CLOCK_MONOTONIC) - connection->opened_ns);
    if (!draining)
        open_next(connection);
}

static void turn(void) {
    int error = io_uring_submit_and_get_events(&ring);
    if (error < 0 && error != -EINTR)
        fail_call("io_uring_enter", error);
    unsigned head, seen = 0;
    struct io_uring_cqe *cqe;
    io_uring_for_each_cqe(&ring, head, cqe) {
        completed(&connections[io_uring_cqe_get_data64(cqe)], cqe->res);
        seen++;
    }
    io_uring_cq_advance(&ring, seen);
}

static int64_t turn_until(int64_t end_ns) {
    int64_t now_ns;
    while ((now_ns = clock_ns(CLOCK_MONOTONIC)) < end_ns)
        turn();
    return now_ns;
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fprintf(stderr, "usage: churn PORT CONNECTIONS BYTES WARMUP_MS MILLIS PID\n");
        return EXIT_USAGE;
    }
    server = loopback((int)number_between(argv[1], 1, 65535, "PORT"));
    int count = (int)number_between(argv[2], 1, CONNECTIONS_MAX, "CONNECTIONS");
    message_bytes = (int)number_between(argv[3], 1, BUFFER_BYTES, "BYTES");
    int64_t warmup_ns = number_between(argv[4], 0, 3600000, "WARMUP_MS") * INT64_C(1000000);
    int64_t measure_ns = number_between(argv[5], 1, 3600000, "MILLIS") * INT64_C(1000000);
    clockid_t server_clock = cpu_clock_of((pid_t)number_between(argv[6], 1, INT_MAX, "PID"));

    raise_descriptor_limit();
    struct io_uring_params parameters = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN};
    int error = io_uring_queue_init_params(ENTRIES, &ring, &parameters);
    if (error)
        fail_call("io_uring_queue_init_params (Linux 6.1 or newer, and allowed by seccomp and sysctl?)", error);

    int64_t now_ns = clock_ns(CLOCK_MONOTONIC);
    salt = spread((uint64_t)now_ns);
    for (int i = 0; i < count; i++) {
        connections[i].message = new_message(message_bytes);
        connections[i].reply = new_message(message_bytes);
        open_next(&connections[i]);
    }
    int64_t started_ns = turn_until(now_ns + warmup_ns);
    measuring = true;
    int64_t server_cpu_ns = clock_ns(server_clock), own_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    double elapsed_ns = (double)(turn_until(started_ns + measure_ns) - started_ns);
    server_cpu_ns = clock_ns(server_clock) - server_cpu_ns;
    own_cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - own_cpu_ns;

    measuring = false;
    draining = true;
    int64_t drain_end_ns = clock_ns(CLOCK_MONOTONIC) + DRAIN_SECONDS * NS_PER_S;
    while (open_connections > 0 && clock_ns(CLOCK_MONOTONIC) < drain_end_ns)
        turn();
    if (open_connections > 0)
        fail("not answered, or not ended, within %d s: %d connection(s)", DRAIN_SECONDS, open_connections);
    if (counted == 0)
        fail("not one connection in %ld s", (long)(measure_ns / NS_PER_S));

    printf("connections_per_second=%.0f p50_us=%.2f p99_us=%.2f p999_us=%.2f cpu_ns_per_connection=%.1f "
           "load_share=%.4f\n",
           (double)counted * 1e9 / elapsed_ns, percentile_us(0.5), percentile_us(0.99), percentile_us(0.999),
           (double)server_cpu_ns / (double)counted, (double)own_cpu_ns / elapsed_ns);
    return EXIT_SUCCESS;
}
