package dev.ringway.internal.uring;

import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.loop.LoopOptions;
import java.util.BitSet;

/// Makes a ring: asks for the best flags the kernel has, maps the queues, asks which operations it knows.
///
/// The ring is made disabled, since the thread that enables it becomes the one that may submit. Linux 6.1 has every
/// flag that is asked for except two: NO_SQARRAY, which came with 6.6 and is asked for first, and ENTER_NO_IOWAIT.
///
/// With a thread of the kernel's that takes what is submitted (SQPOLL), completions are not put off to the next enter
/// (DEFER_TASKRUN): the kernel refuses both together.
final class RingSetup implements AutoCloseable {
    private static final int SMALLEST_ENTRIES = 8;
    private static final int PROBE_OPS = 256;
    private static final int WORKERS = 8;

    private final Sys sys;
    final int fd;
    final int features;
    final boolean hasArray;
    final RingLayout layout;
    private final BitSet opcodes;

    private RingSetup(Sys sys, int fd, boolean hasArray, RingLayout layout, int features, BitSet opcodes) {
        this.sys = sys;
        this.fd = fd;
        this.hasArray = hasArray;
        this.layout = layout;
        this.features = features;
        this.opcodes = opcodes;
    }

    /// Fewer submission entries than asked for are taken where memory is short.
    static RingSetup open(LoopOptions options) throws SetupFailure {
        int wanted = options.entries;
        while (true) {
            try {
                return open(options, wanted, !options.asOldestUring);
            } catch (SetupFailure failure) {
                if (failure.errno() != Errno.ENOMEM || wanted <= SMALLEST_ENTRIES) {
                    throw failure;
                }
                wanted /= 4;
            }
        }
    }

    private static RingSetup open(LoopOptions options, int entries, boolean withoutArray) throws SetupFailure {
        Sys sys = options.sys;
        try (Pages scratch = Pages.map(sys, (long) PROBE_OPS * Linux.PROBE_OP_BYTES() + 512)) {
            long params = scratch.address();
            int flags = Linux.IORING_SETUP_CQSIZE()
                    | Linux.IORING_SETUP_CLAMP()
                    | Linux.IORING_SETUP_R_DISABLED()
                    | Linux.IORING_SETUP_SUBMIT_ALL()
                    | Linux.IORING_SETUP_SINGLE_ISSUER()
                    | (options.kernelThread ? kernelThread(options, params) : Linux.IORING_SETUP_DEFER_TASKRUN())
                    | sharing(options, params)
                    | (withoutArray ? Linux.IORING_SETUP_NO_SQARRAY() : 0);
            Memory.putInt(params + Linux.PARAMS_FLAGS(), flags);
            int completions = options.completionEntries > 0
                    ? options.completionEntries
                    : Math.max(2 * entries, Math.min(16 * entries, 4096));
            Memory.putInt(params + Linux.PARAMS_CQ_ENTRIES(), completions);
            int fd = sys.ioUringSetup(entries, params);
            if (fd == -Errno.EINVAL && withoutArray) {
                return open(options, entries, false);
            }
            if (fd < 0) {
                throw SetupFailure.of("io_uring_setup", -fd);
            }
            boolean ready = false;
            try {
                RingSetup setup = finish(sys, fd, params, !withoutArray, options.asOldestUring);
                ready = true;
                return setup;
            } finally {
                if (!ready) {
                    sys.close(fd);
                }
            }
        }
    }

    private static int kernelThread(LoopOptions options, long params) {
        Memory.putInt(params + Linux.PARAMS_SQ_THREAD_IDLE(), options.kernelThreadIdleMillis);
        if (options.kernelThreadCpu < 0) {
            return Linux.IORING_SETUP_SQPOLL();
        }
        Memory.putInt(params + Linux.PARAMS_SQ_THREAD_CPU(), options.kernelThreadCpu);
        return Linux.IORING_SETUP_SQPOLL() | Linux.IORING_SETUP_SQ_AFF();
    }

    private static int sharing(LoopOptions options, long params) {
        if (!(options.sharesWorkersOf instanceof UringDriver other)) {
            return 0;
        }
        Memory.putInt(params + Linux.PARAMS_WQ_FD(), other.ringFd());
        return Linux.IORING_SETUP_ATTACH_WQ();
    }

    private static RingSetup finish(Sys sys, int fd, long params, boolean hasArray, boolean asOldest)
            throws SetupFailure {
        int features = Memory.getInt(params + Linux.PARAMS_FEATURES());
        int required = Linux.IORING_FEAT_NODROP() | Linux.IORING_FEAT_SUBMIT_STABLE() | Linux.IORING_FEAT_EXT_ARG()
                | Linux.IORING_FEAT_CQE_SKIP() | Linux.IORING_FEAT_SINGLE_MMAP();
        if ((features & required) != required) {
            throw new SetupFailure("io_uring_setup: the ring lacks the features 0x"
                    + Integer.toHexString(required & ~features) + ", which Linux 6.1 has", 0);
        }
        if (asOldest) {
            features &= ~Linux.IORING_FEAT_NO_IOWAIT();
        }
        RingLayout layout = RingLayout.map(sys, fd, params);
        boolean probed = false;
        try {
            BitSet opcodes = probe(sys, fd, params);
            probed = true;
            return new RingSetup(sys, fd, hasArray, layout, features, opcodes);
        } finally {
            if (!probed) {
                layout.unmap(sys);
            }
        }
    }

    private static BitSet probe(Sys sys, int fd, long memory) throws SetupFailure {
        Memory.fill(memory, Linux.PROBE_OPS() + (long) PROBE_OPS * Linux.PROBE_OP_BYTES(), (byte) 0);
        int res = sys.ioUringRegister(fd, Linux.IORING_REGISTER_PROBE(), memory, PROBE_OPS);
        if (res < 0) {
            throw SetupFailure.of("io_uring_register", -res);
        }
        BitSet known = new BitSet();
        int count = Math.min(PROBE_OPS, Memory.getByte(memory + Linux.PROBE_OPS_LEN()) & 0xff);
        for (int op = 0; op < count; op++) {
            long entry = memory + Linux.PROBE_OPS() + (long) op * Linux.PROBE_OP_BYTES();
            int flags = Memory.getShort(entry + Linux.PROBE_OP_FLAGS());
            known.set(op, (flags & Linux.IO_URING_OP_SUPPORTED()) != 0);
        }
        return known;
    }

    /// The polling thread: from here on it alone may submit. The kernel's worker threads are capped.
    ///
    /// @return 0 or -errno
    int enable() {
        int res = sys.ioUringRegister(fd, Linux.IORING_REGISTER_ENABLE_RINGS(), 0, 0);
        if (res < 0) {
            return res;
        }
        try (Pages limits = Pages.map(sys, 2 * Integer.BYTES)) {
            Memory.putInt(limits.address(), WORKERS);
            Memory.putInt(limits.address() + Integer.BYTES, WORKERS);
            return Math.min(0, sys.ioUringRegister(fd, Linux.IORING_REGISTER_IOWQ_MAX_WORKERS(), limits.address(), 2));
        }
    }

    boolean knows(int opcode) {
        return opcodes.get(opcode);
    }

    /// Opcodes that the kernel knows.
    int opcodeCount() {
        return opcodes.cardinality();
    }

    @Override
    public void close() {
        layout.unmap(sys);
        sys.close(fd);
    }
}
