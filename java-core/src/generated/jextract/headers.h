/*
 * What jextract reads to make the package dev.ringway.internal.ffi.generated: the kernel's and the C library's headers,
 * and every layout that Ringway touches, as the offsets of its fields.
 *
 * The offsets are enumerators because Ringway fills native memory through raw addresses: an offset is one number to
 * add, which the JIT folds, where a MemoryLayout per structure would cost start-up time and thousands of lines.
 * Nothing here differs between x86-64 and AArch64; what does differ (struct epoll_event, some O_ flags, the numbers
 * of the system calls) is written by hand in dev.ringway.internal.ffi.
 */
#define _GNU_SOURCE
#include <stddef.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>

/* The current one of liburing, not the distribution's: generate.sh puts its directory first. */
#include "io_uring.h"

#define FIELD(type, field) offsetof(struct type, field)

enum io_uring_sqe_layout {
    SQE_OPCODE = FIELD(io_uring_sqe, opcode),
    SQE_FLAGS = FIELD(io_uring_sqe, flags),
    SQE_IOPRIO = FIELD(io_uring_sqe, ioprio),
    SQE_FD = FIELD(io_uring_sqe, fd),
    SQE_OFF = FIELD(io_uring_sqe, off),
    SQE_ADDR2 = FIELD(io_uring_sqe, addr2),
    SQE_ADDR = FIELD(io_uring_sqe, addr),
    SQE_LEN = FIELD(io_uring_sqe, len),
    SQE_OP_FLAGS = FIELD(io_uring_sqe, rw_flags), /* msg_flags, open_flags, cancel_flags ...: all one field */
    SQE_USER_DATA = FIELD(io_uring_sqe, user_data),
    SQE_BUF_INDEX = FIELD(io_uring_sqe, buf_index),
    SQE_BUF_GROUP = FIELD(io_uring_sqe, buf_group),
    SQE_PERSONALITY = FIELD(io_uring_sqe, personality),
    SQE_FILE_INDEX = FIELD(io_uring_sqe, file_index),
    SQE_ADDR_LEN = FIELD(io_uring_sqe, addr_len),
    SQE_ADDR3 = FIELD(io_uring_sqe, addr3),
    SQE_BYTES = sizeof(struct io_uring_sqe),
};

enum io_uring_cqe_layout {
    CQE_USER_DATA = FIELD(io_uring_cqe, user_data),
    CQE_RES = FIELD(io_uring_cqe, res),
    CQE_FLAGS = FIELD(io_uring_cqe, flags),
    CQE_BYTES = sizeof(struct io_uring_cqe),
};

enum io_uring_params_layout {
    PARAMS_SQ_ENTRIES = FIELD(io_uring_params, sq_entries),
    PARAMS_CQ_ENTRIES = FIELD(io_uring_params, cq_entries),
    PARAMS_FLAGS = FIELD(io_uring_params, flags),
    PARAMS_SQ_THREAD_IDLE = FIELD(io_uring_params, sq_thread_idle),
    PARAMS_FEATURES = FIELD(io_uring_params, features),
    PARAMS_SQ_OFF_HEAD = FIELD(io_uring_params, sq_off.head),
    PARAMS_SQ_OFF_TAIL = FIELD(io_uring_params, sq_off.tail),
    PARAMS_SQ_OFF_RING_MASK = FIELD(io_uring_params, sq_off.ring_mask),
    PARAMS_SQ_OFF_RING_ENTRIES = FIELD(io_uring_params, sq_off.ring_entries),
    PARAMS_SQ_OFF_FLAGS = FIELD(io_uring_params, sq_off.flags),
    PARAMS_SQ_OFF_DROPPED = FIELD(io_uring_params, sq_off.dropped),
    PARAMS_SQ_OFF_ARRAY = FIELD(io_uring_params, sq_off.array),
    PARAMS_CQ_OFF_HEAD = FIELD(io_uring_params, cq_off.head),
    PARAMS_CQ_OFF_TAIL = FIELD(io_uring_params, cq_off.tail),
    PARAMS_CQ_OFF_RING_MASK = FIELD(io_uring_params, cq_off.ring_mask),
    PARAMS_CQ_OFF_RING_ENTRIES = FIELD(io_uring_params, cq_off.ring_entries),
    PARAMS_CQ_OFF_OVERFLOW = FIELD(io_uring_params, cq_off.overflow),
    PARAMS_CQ_OFF_CQES = FIELD(io_uring_params, cq_off.cqes),
    PARAMS_CQ_OFF_FLAGS = FIELD(io_uring_params, cq_off.flags),
    PARAMS_BYTES = sizeof(struct io_uring_params),
};

enum io_uring_probe_layout {
    PROBE_LAST_OP = FIELD(io_uring_probe, last_op),
    PROBE_OPS_LEN = FIELD(io_uring_probe, ops_len),
    PROBE_OPS = FIELD(io_uring_probe, ops),
    PROBE_OP_FLAGS = FIELD(io_uring_probe_op, flags),
    PROBE_OP_BYTES = sizeof(struct io_uring_probe_op),
};

enum io_uring_buf_layout {
    BUF_ADDR = FIELD(io_uring_buf, addr),
    BUF_LEN = FIELD(io_uring_buf, len),
    BUF_BID = FIELD(io_uring_buf, bid),
    BUF_BYTES = sizeof(struct io_uring_buf),
    BUF_RING_TAIL = FIELD(io_uring_buf_ring, tail),
};

enum io_uring_buf_reg_layout {
    BUF_REG_RING_ADDR = FIELD(io_uring_buf_reg, ring_addr),
    BUF_REG_RING_ENTRIES = FIELD(io_uring_buf_reg, ring_entries),
    BUF_REG_BGID = FIELD(io_uring_buf_reg, bgid),
    BUF_REG_FLAGS = FIELD(io_uring_buf_reg, flags),
    BUF_REG_BYTES = sizeof(struct io_uring_buf_reg),
};

enum io_uring_rsrc_register_layout {
    RSRC_REGISTER_NR = FIELD(io_uring_rsrc_register, nr),
    RSRC_REGISTER_FLAGS = FIELD(io_uring_rsrc_register, flags),
    RSRC_REGISTER_BYTES = sizeof(struct io_uring_rsrc_register),
};

enum io_uring_rsrc_update2_layout {
    RSRC_UPDATE_OFFSET = FIELD(io_uring_rsrc_update2, offset),
    RSRC_UPDATE_DATA = FIELD(io_uring_rsrc_update2, data),
    RSRC_UPDATE_NR = FIELD(io_uring_rsrc_update2, nr),
    RSRC_UPDATE_BYTES = sizeof(struct io_uring_rsrc_update2),
};

enum io_uring_getevents_arg_layout {
    GETEVENTS_ARG_SIGMASK = FIELD(io_uring_getevents_arg, sigmask),
    GETEVENTS_ARG_SIGMASK_SZ = FIELD(io_uring_getevents_arg, sigmask_sz),
    GETEVENTS_ARG_MIN_WAIT_USEC = FIELD(io_uring_getevents_arg, min_wait_usec),
    GETEVENTS_ARG_TS = FIELD(io_uring_getevents_arg, ts),
    GETEVENTS_ARG_BYTES = sizeof(struct io_uring_getevents_arg),
};

/* struct __kernel_timespec: 64-bit on every architecture, as the calls that Ringway makes expect it. */
enum timespec_layout {
    TIMESPEC_SEC = FIELD(__kernel_timespec, tv_sec),
    TIMESPEC_NSEC = FIELD(__kernel_timespec, tv_nsec),
    TIMESPEC_BYTES = sizeof(struct __kernel_timespec),
};

enum statx_layout {
    STATX_OFFSET_MODE = FIELD(statx, stx_mode),
    STATX_BYTES = sizeof(struct statx),
};

enum iovec_layout {
    IOVEC_BASE = FIELD(iovec, iov_base),
    IOVEC_LEN = FIELD(iovec, iov_len),
    IOVEC_BYTES = sizeof(struct iovec),
};

enum pollfd_layout {
    POLLFD_FD = FIELD(pollfd, fd),
    POLLFD_EVENTS = FIELD(pollfd, events),
    POLLFD_REVENTS = FIELD(pollfd, revents),
    POLLFD_BYTES = sizeof(struct pollfd),
};

enum sockaddr_layout {
    SOCKADDR_FAMILY = FIELD(sockaddr, sa_family),
    SOCKADDR_IN_PORT = FIELD(sockaddr_in, sin_port),
    SOCKADDR_IN_ADDR = FIELD(sockaddr_in, sin_addr),
    SOCKADDR_IN_BYTES = sizeof(struct sockaddr_in),
    SOCKADDR_IN6_PORT = FIELD(sockaddr_in6, sin6_port),
    SOCKADDR_IN6_FLOWINFO = FIELD(sockaddr_in6, sin6_flowinfo),
    SOCKADDR_IN6_ADDR = FIELD(sockaddr_in6, sin6_addr),
    SOCKADDR_IN6_SCOPE_ID = FIELD(sockaddr_in6, sin6_scope_id),
    SOCKADDR_IN6_BYTES = sizeof(struct sockaddr_in6),
    SOCKADDR_UN_PATH = FIELD(sockaddr_un, sun_path),
    SOCKADDR_UN_BYTES = sizeof(struct sockaddr_un),
    SOCKADDR_STORAGE_BYTES = sizeof(struct sockaddr_storage),
};
