package dev.ringway.bench.startup;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Prints what the others print, after one system call that may set errno: the least that a program can do that makes
/// system calls of its own by java.lang.foreign. It takes no file.
public final class OneCall {
    private static final long GETPID = System.getProperty("os.arch").equals("aarch64") ? 172 : 39;

    private OneCall() {}

    @SuppressWarnings("restricted") // getpid(2) touches no memory
    public static void main(String[] args) throws Throwable {
        Linker linker = Linker.nativeLinker();
        ValueLayout word = ValueLayout.JAVA_LONG;
        MethodHandle syscall = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(word, word, word, word, word, word, word, word),
                Linker.Option.firstVariadicArg(1),
                Linker.Option.captureCallState("errno"));
        MemorySegment errno = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());
        long pid = (long) syscall.invokeExact(errno, GETPID, 0L, 0L, 0L, 0L, 0L, 0L);
        if (pid <= 0) {
            throw new AssertionError("getpid(2) returned " + pid);
        }
        System.out.print(HelloWorld.TEXT);
    }
}
