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
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <linux/falloc.h>
#include <linux/vm_sockets.h>

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
    PARAMS_SQ_THREAD_CPU = FIELD(io_uring_params, sq_thread_cpu),
    PARAMS_SQ_THREAD_IDLE = FIELD(io_uring_params, sq_thread_idle),
    PARAMS_WQ_FD = FIELD(io_uring_params, wq_fd),
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

enum io_uring_file_index_range_layout {
    FILE_INDEX_RANGE_OFF = FIELD(io_uring_file_index_range, off),
    FILE_INDEX_RANGE_LEN = FIELD(io_uring_file_index_range, len),
    FILE_INDEX_RANGE_BYTES = sizeof(struct io_uring_file_index_range),
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
    STATX_OFFSET_MASK = FIELD(statx, stx_mask),
    STATX_OFFSET_BLKSIZE = FIELD(statx, stx_blksize),
    STATX_OFFSET_NLINK = FIELD(statx, stx_nlink),
    STATX_OFFSET_UID = FIELD(statx, stx_uid),
    STATX_OFFSET_GID = FIELD(statx, stx_gid),
    STATX_OFFSET_MODE = FIELD(statx, stx_mode),
    STATX_OFFSET_INO = FIELD(statx, stx_ino),
    STATX_OFFSET_SIZE = FIELD(statx, stx_size),
    STATX_OFFSET_BLOCKS = FIELD(statx, stx_blocks),
    STATX_OFFSET_ATIME = FIELD(statx, stx_atime),
    STATX_OFFSET_BTIME = FIELD(statx, stx_btime),
    STATX_OFFSET_CTIME = FIELD(statx, stx_ctime),
    STATX_OFFSET_MTIME = FIELD(statx, stx_mtime),
    STATX_OFFSET_RDEV_MAJOR = FIELD(statx, stx_rdev_major),
    STATX_OFFSET_RDEV_MINOR = FIELD(statx, stx_rdev_minor),
    STATX_OFFSET_DEV_MAJOR = FIELD(statx, stx_dev_major),
    STATX_OFFSET_DEV_MINOR = FIELD(statx, stx_dev_minor),
    STATX_OFFSET_MNT_ID = FIELD(statx, stx_mnt_id),
    STATX_TIMESTAMP_SEC = FIELD(statx_timestamp, tv_sec),
    STATX_TIMESTAMP_NSEC = FIELD(statx_timestamp, tv_nsec),
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

enum msghdr_layout {
    MSGHDR_NAME = FIELD(msghdr, msg_name),
    MSGHDR_NAMELEN = FIELD(msghdr, msg_namelen),
    MSGHDR_IOV = FIELD(msghdr, msg_iov),
    MSGHDR_IOVLEN = FIELD(msghdr, msg_iovlen),
    MSGHDR_CONTROL = FIELD(msghdr, msg_control),
    MSGHDR_CONTROLLEN = FIELD(msghdr, msg_controllen),
    MSGHDR_FLAGS = FIELD(msghdr, msg_flags),
    MSGHDR_BYTES = sizeof(struct msghdr),
};

enum sockaddr_vm_layout {
    SOCKADDR_VM_PORT = FIELD(sockaddr_vm, svm_port),
    SOCKADDR_VM_CID = FIELD(sockaddr_vm, svm_cid),
    SOCKADDR_VM_BYTES = sizeof(struct sockaddr_vm),
};

enum linger_layout {
    LINGER_ONOFF = FIELD(linger, l_onoff),
    LINGER_LINGER = FIELD(linger, l_linger),
    LINGER_BYTES = sizeof(struct linger),
};

enum inotify_event_layout {
    INOTIFY_EVENT_WD = FIELD(inotify_event, wd),
    INOTIFY_EVENT_MASK = FIELD(inotify_event, mask),
    INOTIFY_EVENT_COOKIE = FIELD(inotify_event, cookie),
    INOTIFY_EVENT_LEN = FIELD(inotify_event, len),
    INOTIFY_EVENT_NAME = FIELD(inotify_event, name),
    INOTIFY_EVENT_BYTES = sizeof(struct inotify_event),
};

enum signalfd_siginfo_layout {
    SIGNALFD_SIGINFO_SIGNO = FIELD(signalfd_siginfo, ssi_signo),
    SIGNALFD_SIGINFO_CODE = FIELD(signalfd_siginfo, ssi_code),
    SIGNALFD_SIGINFO_PID = FIELD(signalfd_siginfo, ssi_pid),
    SIGNALFD_SIGINFO_UID = FIELD(signalfd_siginfo, ssi_uid),
    SIGNALFD_SIGINFO_STATUS = FIELD(signalfd_siginfo, ssi_status),
    SIGNALFD_SIGINFO_BYTES = sizeof(struct signalfd_siginfo),
};

enum siginfo_layout {
    SIGINFO_SIGNO = offsetof(siginfo_t, si_signo),
    SIGINFO_CODE = offsetof(siginfo_t, si_code),
    SIGINFO_PID = offsetof(siginfo_t, si_pid),
    SIGINFO_UID = offsetof(siginfo_t, si_uid),
    SIGINFO_STATUS = offsetof(siginfo_t, si_status),
    SIGINFO_BYTES = sizeof(siginfo_t),
};
