package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.*;

import java.util.Arrays;

/** What macOS and FreeBSD number alike; both have it from 4.4BSD. */
abstract class BsdDialect extends Dialect {

    private static final int SOL_SOCKET_BSD = 0xffff;
    private static final int IPV6_V6ONLY_BSD = 27;

    private static final int[] MESSAGE_FLAGS = {
        MSG_OOB(), 0x1,
        MSG_PEEK(), 0x2,
        MSG_DONTROUTE(), 0x4,
        MSG_EOR(), 0x8,
        MSG_TRUNC(), 0x10,
        MSG_CTRUNC(), 0x20,
        MSG_WAITALL(), 0x40,
        MSG_DONTWAIT(), 0x80,
    };

    /** Filling pages beforehand is a hint, and may be left out. */
    private static final int[] MAP_FLAGS = {
        MAP_SHARED(), 0x1,
        MAP_PRIVATE(), 0x2,
        MAP_ANONYMOUS(), 0x1000,
        MAP_POPULATE(), 0,
    };

    private static final int[] ADVICE = {
        MADV_NORMAL(), 0,
        MADV_RANDOM(), 1,
        MADV_SEQUENTIAL(), 2,
        MADV_WILLNEED(), 3,
        MADV_DONTNEED(), 4,
        MADV_FREE(), 5,
    };

    private static final int[] POLL_EVENTS = {
        POLLIN(), 0x1,
        POLLPRI(), 0x2,
        POLLOUT(), 0x4,
        POLLERR(), 0x8,
        POLLHUP(), 0x10,
        POLLNVAL(), 0x20,
    };

    private static final int[] SOCKET_OPTIONS = {
        SO_ACCEPTCONN(), 0x2,
        SO_REUSEADDR(), 0x4,
        SO_KEEPALIVE(), 0x8,
        SO_BROADCAST(), 0x20,
        SO_SNDBUF(), 0x1001,
        SO_RCVBUF(), 0x1002,
        SO_SNDLOWAT(), 0x1003,
        SO_RCVLOWAT(), 0x1004,
        SO_ERROR(), 0x1007,
        SO_TYPE(), 0x1008,
    };

    /** Theirs that Linux does not have are EMT and INFO. */
    static final int[] SIGNALS = {
        0, 0,
        SIGHUP(), 1,
        SIGINT(), 2,
        SIGQUIT(), 3,
        SIGILL(), 4,
        SIGTRAP(), 5,
        SIGABRT(), 6,
        SIGFPE(), 8,
        SIGKILL(), 9,
        SIGBUS(), 10,
        SIGSEGV(), 11,
        SIGSYS(), 12,
        SIGPIPE(), 13,
        SIGALRM(), 14,
        SIGTERM(), 15,
        SIGURG(), 16,
        SIGSTOP(), 17,
        SIGTSTP(), 18,
        SIGCONT(), 19,
        SIGCHLD(), 20,
        SIGTTIN(), 21,
        SIGTTOU(), 22,
        SIGIO(), 23,
        SIGXCPU(), 24,
        SIGXFSZ(), 25,
        SIGVTALRM(), 26,
        SIGPROF(), 27,
        SIGWINCH(), 28,
        SIGUSR1(), 30,
        SIGUSR2(), 31,
    };

    private final int[] errnos;
    private final int[] openFlags;
    private final int[] messageFlags;
    private final int[] pollEvents;
    private final int[] socketOptions;
    private final int[] tcpOptions;
    private final int inet6;

    /**
     * @param errnos names in the order of their numbers, from 1
     * @param openFlags pairs of all flags
     * @param messageFlags pairs beyond those that both have
     * @param pollEvents pairs beyond those that both have
     * @param socketOptions pairs beyond those that both have
     * @param tcpOptions pairs of all options
     * @param inet6 {@code AF_INET6}
     */
    BsdDialect(
            String errnos,
            int[] openFlags,
            int[] messageFlags,
            int[] pollEvents,
            int[] socketOptions,
            int[] tcpOptions,
            int inet6) {
        this.errnos = errnos(errnos);
        this.openFlags = openFlags;
        this.messageFlags = both(MESSAGE_FLAGS, messageFlags);
        this.pollEvents = both(POLL_EVENTS, pollEvents);
        this.socketOptions = both(SOCKET_OPTIONS, socketOptions);
        this.tcpOptions = tcpOptions;
        this.inet6 = inet6;
    }

    private static int[] both(int[] some, int[] more) {
        int[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    @Override
    int errno(int theirs) {
        return theirs > 0 && theirs < errnos.length ? errnos[theirs] : FOREIGN + theirs;
    }

    @Override
    int openFlags(int linux) {
        return bits(linux, openFlags);
    }

    @Override
    int linuxOpenFlags(int theirs) {
        return (theirs & O_ACCMODE()) | linuxBits(theirs, openFlags);
    }

    @Override
    int messageFlags(int linux) {
        return bits(linux, messageFlags);
    }

    @Override
    int linuxMessageFlags(int theirs) {
        return linuxBits(theirs, messageFlags);
    }

    @Override
    int mapFlags(int linux) {
        return bits(linux, MAP_FLAGS);
    }

    /** Not to inherit memory, huge pages and much more are Linux's. */
    @Override
    int advice(int linux) {
        return number(linux, ADVICE);
    }

    @Override
    int pollEvents(int linux) {
        return bits(linux, pollEvents);
    }

    @Override
    int linuxPollEvents(int theirs) {
        return linuxBits(theirs, pollEvents);
    }

    @Override
    int family(int linux) {
        if (linux == AF_INET6()) {
            return inet6;
        }
        return linux == AF_UNSPEC() || linux == AF_UNIX() || linux == AF_INET() ? linux : NONE;
    }

    @Override
    int linuxFamily(int theirs) {
        return theirs == inet6 ? AF_INET6() : theirs;
    }

    @Override
    int level(int linux) {
        return linux == SOL_SOCKET() ? SOL_SOCKET_BSD : linux;
    }

    @Override
    int option(int linuxLevel, int linux) {
        if (linuxLevel == SOL_SOCKET()) {
            return number(linux, socketOptions);
        }
        if (linuxLevel == IPPROTO_TCP()) {
            return number(linux, tcpOptions);
        }
        return linuxLevel == IPPROTO_IPV6() && linux == IPV6_V6ONLY() ? IPV6_V6ONLY_BSD : NONE;
    }

    @Override
    boolean addressesHaveLength() {
        return true;
    }

    @Override
    int signal(int linux) {
        return number(linux, SIGNALS);
    }

    @Override
    int linuxSignal(int theirs) {
        for (int i = 0; i < SIGNALS.length; i += 2) {
            if (SIGNALS[i + 1] == theirs) {
                return SIGNALS[i];
            }
        }
        return FOREIGN + theirs;
    }

    @Override
    int siginfoPid() {
        return 12;
    }
}
