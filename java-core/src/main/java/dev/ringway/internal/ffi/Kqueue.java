package dev.ringway.internal.ffi;

import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * kqueue(2) and kevent(2), where this process has them: in the C library of macOS and the BSDs, elsewhere in the
 * library that a system property names. Looked for once.
 */
public final class Kqueue {

    /** Names the file of libkqueue where the system itself has no kqueue. */
    public static final String LIBRARY_PROPERTY = "ringway.libkqueue";

    static final @Nullable MethodHandle KQUEUE;
    static final @Nullable MethodHandle KEVENT;
    private static final String WHY_NOT;

    static {
        MethodHandle kqueue = null;
        MethodHandle kevent = null;
        String whyNot = "";
        try {
            SymbolLookup library = library();
            kqueue = LibcFunction.find(library, "kqueue", "i");
            kevent = LibcFunction.find(library, "kevent", "iililil");
            if (kqueue == null || kevent == null) {
                whyNot = describe() + " has no functions kqueue and kevent; name the file of libkqueue with -D"
                        + LIBRARY_PROPERTY;
            }
        } catch (IllegalArgumentException unusable) {
            whyNot = unusable.getMessage() + "";
        }
        KQUEUE = kqueue;
        KEVENT = kevent;
        WHY_NOT = whyNot;
    }

    private Kqueue() {}

    private static SymbolLookup library() {
        if (Platform.os() == Platform.Os.MACOS || Platform.os() == Platform.Os.FREEBSD) {
            return Linker.nativeLinker().defaultLookup();
        }
        if (!Platform.isLinux()) {
            throw new IllegalArgumentException(Platform.describe() + " is none of Linux, macOS and FreeBSD");
        }
        String named = System.getProperty(LIBRARY_PROPERTY, "");
        if (named.isEmpty()) {
            throw new IllegalArgumentException(Platform.describe() + " has no kqueue; build libkqueue and name its file"
                    + " with -D" + LIBRARY_PROPERTY + "=/path/libkqueue.so, or use io_uring or epoll");
        }
        try {
            return LibcFunction.load(Path.of(named));
        } catch (IllegalArgumentException unloadable) {
            throw new IllegalArgumentException("-D" + LIBRARY_PROPERTY + "=" + named + " cannot be loaded ("
                    + unloadable.getMessage() + "); name a libkqueue.so that was built for " + Platform.describe(),
                    unloadable);
        }
    }

    private static String describe() {
        String named = System.getProperty(LIBRARY_PROPERTY, "");
        return named.isEmpty() ? "the C library" : "-D" + LIBRARY_PROPERTY + "=" + named;
    }

    /** Returns why there is none, with the remedy; empty if there is one. */
    public static String whyNot() {
        return WHY_NOT;
    }
}
