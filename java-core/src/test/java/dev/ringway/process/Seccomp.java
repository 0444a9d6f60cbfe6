package dev.ringway.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A launcher: forbids this process some system calls, for ever, and then starts a command, which inherits that.
///
/// The filter is what container runtimes install (see `man 2 seccomp`): it answers the forbidden calls with an error
/// before the kernel looks at them, and costs the others next to nothing. `main` takes a [Mode] and the command.
final class Seccomp {
    private static final int SETUP = 425;
    private static final int ENTER = 426;
    private static final int REGISTER = 427;
    private static final int CANNOT_FILTER = 99;

    private static final int EPERM = 1;
    private static final int EACCES = 13;
    private static final int ENOSYS = 38;

    // linux/prctl.h, linux/seccomp.h, linux/audit.h
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;
    private static final int SECCOMP_RET_ALLOW = 0x7fff_0000;
    private static final int SECCOMP_RET_ERRNO = 0x0005_0000;
    private static final int SECCOMP_RET_KILL_PROCESS = 0x8000_0000;
    private static final int AUDIT_ARCH_X86_64 = 0xc000_003e;
    private static final int AUDIT_ARCH_AARCH64 = 0xc000_00b7;
    private static final int X32_CALLS = 0x4000_0000;

    // struct seccomp_data
    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;

    // linux/bpf_common.h
    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP_IF_AT_LEAST = 0x35;
    private static final int RETURN = 0x06;
    private static final int INSTRUCTION_BYTES = 8;

    private Seccomp() {}

    /// What is forbidden, and how. The numbers of io_uring's calls are the same on every architecture.
    enum Mode {
        EVERYTHING_EPERM(EPERM, SETUP, ENTER, REGISTER),
        EVERYTHING_ENOSYS(ENOSYS, SETUP, ENTER, REGISTER),
        EVERYTHING_EACCES(EACCES, SETUP, ENTER, REGISTER),
        ONLY_ENTER(EPERM, ENTER),
        ONLY_REGISTER(EPERM, REGISTER);

        private final int errno;
        private final int[] calls;

        Mode(int errno, int... calls) {
            this.errno = errno;
            this.calls = calls;
        }

        /// The first forbidden call that a ring makes.
        String call() {
            return switch (calls[0]) {
                case SETUP -> "io_uring_setup";
                case ENTER -> "io_uring_enter";
                default -> "io_uring_register";
            };
        }

        String error() {
            return switch (errno) {
                case EPERM -> "EPERM";
                case EACCES -> "EACCES";
                default -> "ENOSYS";
            };
        }

        private List<int[]> program(int architecture) {
            List<int[]> program = new ArrayList<>();
            program.add(new int[] {LOAD_WORD, 0, 0, ARCHITECTURE});
            program.add(new int[] {JUMP_IF_EQUAL, 1, 0, architecture});
            program.add(new int[] {RETURN, 0, 0, SECCOMP_RET_KILL_PROCESS}); // its numbers mean something else
            program.add(new int[] {LOAD_WORD, 0, 0, NUMBER});
            if (architecture == AUDIT_ARCH_X86_64) {
                program.add(new int[] {JUMP_IF_AT_LEAST, 0, 1, X32_CALLS});
                program.add(new int[] {RETURN, 0, 0, SECCOMP_RET_KILL_PROCESS});
            }
            for (int call : calls) {
                program.add(new int[] {JUMP_IF_EQUAL, 0, 1, call});
                program.add(new int[] {RETURN, 0, 0, SECCOMP_RET_ERRNO | errno});
            }
            program.add(new int[] {RETURN, 0, 0, SECCOMP_RET_ALLOW});
            return program;
        }
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        forbid(Mode.valueOf(args[0]));
        List<String> command = Arrays.asList(args).subList(1, args.length);
        System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    /// A command under a filter.
    static List<String> command(Mode mode, List<String> command) {
        List<String> launcher = new ArrayList<>(ChildJvm.command(Seccomp.class, mode.name()));
        launcher.addAll(command);
        return launcher;
    }

    private static void forbid(Mode mode) {
        boolean arm = switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> false;
            case "aarch64" -> true;
            default -> throw new IllegalStateException("no filter for " + System.getProperty("os.arch"));
        };
        List<int[]> program = mode.program(arm ? AUDIT_ARCH_AARCH64 : AUDIT_ARCH_X86_64);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filter = arena.allocate((long) program.size() * INSTRUCTION_BYTES, 8);
            for (int i = 0; i < program.size(); i++) {
                int[] instruction = program.get(i);
                long at = (long) i * INSTRUCTION_BYTES;
                filter.set(ValueLayout.JAVA_SHORT, at, (short) instruction[0]);
                filter.set(ValueLayout.JAVA_BYTE, at + 2, (byte) instruction[1]);
                filter.set(ValueLayout.JAVA_BYTE, at + 3, (byte) instruction[2]);
                filter.set(ValueLayout.JAVA_INT, at + 4, instruction[3]);
            }
            MemorySegment description = arena.allocate(16, 8); // struct sock_fprog
            description.set(ValueLayout.JAVA_SHORT, 0, (short) program.size());
            description.set(ValueLayout.ADDRESS, 8, filter);
            long privileges = call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
            int seccomp = arm ? 277 : 317;
            long installed = call("syscall", seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC,
                    description.address(), 0);
            if (privileges != 0 || installed != 0) {
                System.out.println("the filter cannot be installed: prctl " + privileges + ", seccomp " + installed);
                System.exit(CANNOT_FILTER);
            }
        }
    }

    @SuppressWarnings("restricted") // both take numbers; what they point to is alive here
    private static long call(String function, long a, long b, long c, long d, long e) {
        Linker linker = Linker.nativeLinker();
        MethodHandle handle = linker.downcallHandle(
                linker.defaultLookup().findOrThrow(function),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                Linker.Option.firstVariadicArg(1));
        try {
            return (long) handle.invokeExact(a, b, c, d, e);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
