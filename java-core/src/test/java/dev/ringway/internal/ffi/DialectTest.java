package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The numbers of macOS and FreeBSD, as their headers have them, spelled out once more: here by name, where the tables
 * go by order.
 */
class DialectTest {

    private static final Dialect MACOS = new MacosDialect();
    private static final Dialect FREEBSD = new FreeBsdDialect();
    private static final Dialect GNU = new GnuDialect(false);

    static Stream<Dialect> bsds() {
        return Stream.of(MACOS, FREEBSD);
    }

    /** Errors that Linux has too, by the numbers that both BSDs share. */
    private static final Map<Integer, Integer> BOTH = Map.ofEntries(
            Map.entry(1, Errno.EPERM), Map.entry(2, Errno.ENOENT), Map.entry(4, Errno.EINTR), Map.entry(5, Errno.EIO),
            Map.entry(6, Errno.ENXIO), Map.entry(9, Errno.EBADF), Map.entry(11, 35), Map.entry(12, Errno.ENOMEM),
            Map.entry(13, Errno.EACCES), Map.entry(14, Errno.EFAULT), Map.entry(17, Errno.EEXIST),
            Map.entry(18, Errno.EXDEV), Map.entry(20, Errno.ENOTDIR), Map.entry(21, Errno.EISDIR),
            Map.entry(22, Errno.EINVAL), Map.entry(23, Errno.ENFILE), Map.entry(24, Errno.EMFILE),
            Map.entry(28, Errno.ENOSPC), Map.entry(29, Errno.ESPIPE), Map.entry(30, Errno.EROFS),
            Map.entry(32, Errno.EPIPE), Map.entry(35, Errno.EAGAIN), Map.entry(36, Errno.EINPROGRESS),
            Map.entry(37, Errno.EALREADY), Map.entry(38, Errno.ENOTSOCK), Map.entry(39, Errno.EDESTADDRREQ),
            Map.entry(40, Errno.EMSGSIZE), Map.entry(41, Errno.EPROTOTYPE), Map.entry(42, Errno.ENOPROTOOPT),
            Map.entry(43, Errno.EPROTONOSUPPORT), Map.entry(45, Errno.EOPNOTSUPP), Map.entry(47, Errno.EAFNOSUPPORT),
            Map.entry(48, Errno.EADDRINUSE), Map.entry(49, Errno.EADDRNOTAVAIL), Map.entry(50, Errno.ENETDOWN),
            Map.entry(51, Errno.ENETUNREACH), Map.entry(52, Errno.ENETRESET), Map.entry(53, Errno.ECONNABORTED),
            Map.entry(54, Errno.ECONNRESET), Map.entry(55, Errno.ENOBUFS), Map.entry(56, Errno.EISCONN),
            Map.entry(57, Errno.ENOTCONN), Map.entry(60, Errno.ETIMEDOUT), Map.entry(61, Errno.ECONNREFUSED),
            Map.entry(62, Errno.ELOOP), Map.entry(63, Errno.ENAMETOOLONG), Map.entry(64, Errno.EHOSTDOWN),
            Map.entry(65, Errno.EHOSTUNREACH), Map.entry(66, Errno.ENOTEMPTY), Map.entry(69, Errno.EDQUOT),
            Map.entry(70, Errno.ESTALE), Map.entry(78, Errno.ENOSYS));

    @Test
    void errors() {
        Map<Integer, Integer> macos = new HashMap<>(BOTH);
        macos.putAll(Map.of(84, Errno.EOVERFLOW, 89, Errno.ECANCELED, 92, Errno.EILSEQ, 100, Errno.EPROTO,
                101, Errno.ETIME, 102, Errno.EOPNOTSUPP));
        Map<Integer, Integer> freeBsd = new HashMap<>(BOTH);
        freeBsd.putAll(Map.of(84, Errno.EOVERFLOW, 85, Errno.ECANCELED, 86, Errno.EILSEQ, 92, Errno.EPROTO));
        macos.forEach((theirs, linux) -> assertThat(MACOS.errno(theirs)).as("macOS " + theirs).isEqualTo(linux));
        freeBsd.forEach((theirs, linux) -> assertThat(FREEBSD.errno(theirs)).as("FreeBSD " + theirs).isEqualTo(linux));
        assertThat(GNU.errno(Errno.ECANCELED)).isEqualTo(Errno.ECANCELED);
    }

    /** EFTYPE is 79 on both, and Linux has no such error. */
    @ParameterizedTest
    @MethodSource("bsds")
    void errorsThatLinuxDoesNotHaveAreTakenForNoOther(Dialect dialect) {
        assertThat(Errno.name(dialect.errno(79))).isEqualTo("errno 1079");
        assertThat(Errno.name(dialect.errno(4711))).isEqualTo("errno 5711");
        assertThat(Errno.name(dialect.errno(0))).isEqualTo("errno 1000");
    }

    @Test
    void flagsOfOpen() {
        int create = O_WRONLY() | O_CREAT() | O_EXCL() | O_CLOEXEC();
        assertThat(MACOS.openFlags(create)).isEqualTo(0x1 | 0x200 | 0x800 | 0x1000000);
        assertThat(FREEBSD.openFlags(create)).isEqualTo(0x1 | 0x200 | 0x800 | 0x100000);
        int more = O_RDWR() | O_TRUNC() | O_APPEND() | O_NONBLOCK() | O_NOCTTY();
        assertThat(MACOS.openFlags(more)).isEqualTo(0x2 | 0x400 | 0x8 | 0x4 | 0x20000);
        assertThat(FREEBSD.openFlags(more)).isEqualTo(0x2 | 0x400 | 0x8 | 0x4 | 0x8000);
        assertThat(MACOS.openFlags(OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW)).isEqualTo(0x100000 | 0x100);
        assertThat(FREEBSD.openFlags(OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW)).isEqualTo(0x20000 | 0x100);
        assertThat(MACOS.openFlags(O_PATH() | OpenFlags.O_NOFOLLOW)).isEqualTo(0x8000 | 0x100);
        assertThat(FREEBSD.openFlags(O_PATH() | OpenFlags.O_NOFOLLOW)).isEqualTo(0x100);
        assertThat(MACOS.openFlags(O_SYNC())).isEqualTo(0x80);
        assertThat(MACOS.openFlags(O_DSYNC())).isEqualTo(0x400000);
        assertThat(FREEBSD.openFlags(O_SYNC())).isEqualTo(0x80);
        assertThat(FREEBSD.openFlags(O_DSYNC())).isEqualTo(0x1000000);
        assertThat(MACOS.openFlags(OpenFlags.O_DIRECT)).as("macOS has none").isEqualTo(Dialect.NONE);
        assertThat(FREEBSD.openFlags(OpenFlags.O_DIRECT)).isEqualTo(0x10000);
    }

    @ParameterizedTest
    @MethodSource("bsds")
    void flagsOfAnOpenFile(Dialect dialect) {
        assertThat(dialect.linuxOpenFlags(0)).isEqualTo(O_RDONLY());
        assertThat(dialect.linuxOpenFlags(0x2 | 0x4)).isEqualTo(O_RDWR() | O_NONBLOCK());
        assertThat(dialect.linuxOpenFlags(0x1 | 0x8 | 0x40))
                .as("O_ASYNC is left out")
                .isEqualTo(O_WRONLY() | O_APPEND());
    }

    @Test
    void flagsOfTransfers() {
        int flags = MSG_PEEK() | MSG_DONTWAIT() | MSG_WAITALL() | MSG_TRUNC();
        assertThat(MACOS.messageFlags(flags)).isEqualTo(0x2 | 0x80 | 0x40 | 0x10);
        assertThat(FREEBSD.messageFlags(flags)).isEqualTo(0x2 | 0x80 | 0x40 | 0x10);
        assertThat(MACOS.messageFlags(MSG_NOSIGNAL())).as("the socket has the option").isZero();
        assertThat(MACOS.noSigPipe()).isEqualTo(0x1022);
        assertThat(FREEBSD.messageFlags(MSG_NOSIGNAL())).isEqualTo(0x20000);
        assertThat(FREEBSD.noSigPipe()).isEqualTo(Dialect.NONE);
        assertThat(MACOS.messageFlags(MSG_MORE())).isEqualTo(Dialect.NONE);
        assertThat(FREEBSD.messageFlags(MSG_MORE())).isEqualTo(Dialect.NONE);
    }

    @ParameterizedTest
    @MethodSource("bsds")
    void memoryAndPolls(Dialect dialect) {
        assertThat(dialect.mapFlags(MAP_PRIVATE() | MAP_ANONYMOUS())).isEqualTo(0x2 | 0x1000);
        assertThat(dialect.mapFlags(MAP_SHARED() | MAP_POPULATE())).isEqualTo(0x1);
        assertThat(dialect.mapFlags(0x10)).as("MAP_FIXED is not used").isEqualTo(Dialect.NONE);
        assertThat(dialect.advice(MADV_HUGEPAGE())).isEqualTo(Dialect.NONE);
        assertThat(dialect.advice(MADV_DONTNEED())).isEqualTo(4);
        assertThat(dialect.advice(MADV_FREE())).isEqualTo(5);
        assertThat(dialect.pollEvents(POLLIN() | POLLOUT() | POLLPRI())).isEqualTo(0x1 | 0x4 | 0x2);
        assertThat(dialect.linuxPollEvents(0x8 | 0x10 | 0x20 | 0x100)).isEqualTo(POLLERR() | POLLHUP() | POLLNVAL());
    }

    @Test
    void peersThatHaveEnded() {
        assertThat(FREEBSD.pollEvents(POLLRDHUP())).isEqualTo(0x4000);
        assertThat(FREEBSD.linuxPollEvents(0x4000)).isEqualTo(POLLRDHUP());
        assertThat(MACOS.pollEvents(POLLRDHUP())).as("macOS cannot tell").isEqualTo(Dialect.NONE);
    }

    @Test
    void socketOptions() {
        for (Dialect dialect : new Dialect[] {MACOS, FREEBSD}) {
            assertThat(dialect.level(SOL_SOCKET())).isEqualTo(0xffff);
            assertThat(dialect.level(IPPROTO_TCP())).isEqualTo(6);
            assertThat(dialect.level(IPPROTO_IPV6())).isEqualTo(41);
            assertThat(dialect.option(SOL_SOCKET(), SO_REUSEADDR())).isEqualTo(0x4);
            assertThat(dialect.option(SOL_SOCKET(), SO_ERROR())).isEqualTo(0x1007);
            assertThat(dialect.option(SOL_SOCKET(), SO_TYPE())).isEqualTo(0x1008);
            assertThat(dialect.option(SOL_SOCKET(), SO_SNDBUF())).isEqualTo(0x1001);
            assertThat(dialect.option(SOL_SOCKET(), SO_RCVBUF())).isEqualTo(0x1002);
            assertThat(dialect.option(SOL_SOCKET(), SO_KEEPALIVE())).isEqualTo(0x8);
            assertThat(dialect.option(SOL_SOCKET(), SO_ACCEPTCONN())).isEqualTo(0x2);
            assertThat(dialect.option(SOL_SOCKET(), SO_INCOMING_CPU())).isEqualTo(Dialect.NONE);
            assertThat(dialect.option(IPPROTO_TCP(), TCP_NODELAY())).isEqualTo(1);
            assertThat(dialect.option(IPPROTO_IPV6(), IPV6_V6ONLY())).isEqualTo(27);
            assertThat(dialect.option(4711, 1)).isEqualTo(Dialect.NONE);
        }
        assertThat(MACOS.option(SOL_SOCKET(), SO_REUSEPORT())).isEqualTo(0x200);
        assertThat(FREEBSD.option(SOL_SOCKET(), SO_REUSEPORT())).as("the one that shares out").isEqualTo(0x10000);
        assertThat(MACOS.option(SOL_SOCKET(), SO_LINGER())).as("in seconds").isEqualTo(0x1080);
        assertThat(FREEBSD.option(SOL_SOCKET(), SO_LINGER())).isEqualTo(0x80);
        assertThat(MACOS.option(SOL_SOCKET(), SO_DOMAIN())).isEqualTo(Dialect.NONE);
        assertThat(FREEBSD.option(SOL_SOCKET(), SO_DOMAIN())).isEqualTo(0x1019);
        assertThat(FREEBSD.option(SOL_SOCKET(), SO_PROTOCOL())).isEqualTo(0x1016);
        assertThat(MACOS.option(IPPROTO_TCP(), TCP_KEEPIDLE())).isEqualTo(0x10);
        assertThat(FREEBSD.option(IPPROTO_TCP(), TCP_KEEPIDLE())).isEqualTo(0x100);
        assertThat(MACOS.option(IPPROTO_TCP(), TCP_KEEPINTVL())).isEqualTo(0x101);
        assertThat(FREEBSD.option(IPPROTO_TCP(), TCP_KEEPCNT())).isEqualTo(0x400);
    }

    @Test
    void familiesAndSingleNumbers() {
        assertThat(MACOS.family(AF_INET6())).isEqualTo(30);
        assertThat(FREEBSD.family(AF_INET6())).isEqualTo(28);
        assertThat(MACOS.linuxFamily(30)).isEqualTo(AF_INET6());
        assertThat(FREEBSD.linuxFamily(28)).isEqualTo(AF_INET6());
        assertThat(MACOS.family(AF_INET())).isEqualTo(2);
        assertThat(FREEBSD.family(AF_UNIX())).isEqualTo(1);
        assertThat(MACOS.family(16)).as("netlink").isEqualTo(Dialect.NONE);
        assertThat(MACOS.workingDirectory()).isEqualTo(-2);
        assertThat(FREEBSD.workingDirectory()).isEqualTo(-100);
        assertThat(MACOS.duplicateCloseOnExec()).isEqualTo(67);
        assertThat(FREEBSD.duplicateCloseOnExec()).isEqualTo(17);
        assertThat(MACOS.makesFdsWithFlags()).isFalse();
        assertThat(FREEBSD.makesFdsWithFlags()).isTrue();
        assertThat(FREEBSD.socketCloseOnExec()).isEqualTo(0x10000000);
        assertThat(FREEBSD.socketNonBlocking()).isEqualTo(0x20000000);
        assertThat(MACOS.removeDirectory()).isEqualTo(0x80);
        assertThat(FREEBSD.removeDirectory()).isEqualTo(0x800);
        assertThat(MACOS.fullSync()).isEqualTo(51);
        assertThat(FREEBSD.fullSync()).isEqualTo(Dialect.NONE);
        assertThat(MACOS.hasFileAdvice()).isFalse();
        assertThat(FREEBSD.hasFileAdvice()).isTrue();
    }

    /** Fields of {@code struct stat}: every byte is written where the headers have it, and found by its name. */
    @Test
    void metadata() {
        assertThat(MACOS.stat()).isEqualTo(new Stat(0, 4, 4, 6, 2, 16, 20, 8, 96, 104, 112, 32, 24, 80));
        assertThat(FREEBSD.stat()).isEqualTo(new Stat(0, 8, 24, 16, 8, 28, 32, 8, 112, 120, 128, 48, 40, 96));
        try (Arena arena = Arena.ofConfined()) {
            long stat = arena.allocate(256, 8).address();
            long statx = arena.allocate(STATX_BYTES(), 8).address();
            Memory.putInt(stat, 0x01000004); // st_dev
            Memory.putShort(stat + 4, (short) 0100644); // st_mode
            Memory.putShort(stat + 6, (short) 3); // st_nlink
            Memory.putLong(stat + 8, 1L << 40); // st_ino
            Memory.putLong(stat + 48, 1_700_000_000L); // st_mtimespec
            Memory.putLong(stat + 56, 999_999_999L);
            Memory.putLong(stat + 80, -5L); // st_birthtimespec
            Memory.putLong(stat + 96, 5L << 30); // st_size
            MACOS.stat().translate(stat, statx);
            assertThat(Memory.getInt(statx + STATX_OFFSET_MASK())).isEqualTo(STATX_BASIC_STATS() | STATX_BTIME());
            assertThat(DeviceNumber.of(
                    Memory.getInt(statx + STATX_OFFSET_DEV_MAJOR()), Memory.getInt(statx + STATX_OFFSET_DEV_MINOR())))
                    .isEqualTo(0x01000004);
            assertThat(Memory.getShort(statx + STATX_OFFSET_MODE())).isEqualTo((short) 0100644);
            assertThat(Memory.getInt(statx + STATX_OFFSET_NLINK())).isEqualTo(3);
            assertThat(Memory.getLong(statx + STATX_OFFSET_INO())).isEqualTo(1L << 40);
            assertThat(Memory.getLong(statx + STATX_OFFSET_SIZE())).isEqualTo(5L << 30);
            assertThat(Memory.getLong(statx + STATX_OFFSET_MTIME() + STATX_TIMESTAMP_SEC())).isEqualTo(1_700_000_000L);
            assertThat(Memory.getInt(statx + STATX_OFFSET_MTIME() + STATX_TIMESTAMP_NSEC())).isEqualTo(999_999_999);
            assertThat(Memory.getLong(statx + STATX_OFFSET_BTIME() + STATX_TIMESTAMP_SEC())).isEqualTo(-5);
        }
    }

    @Test
    void numbersOfDevicesLoseNothing() {
        for (long number : new long[] {0, 0x103, 0x01000004, -1, Long.MIN_VALUE, 0x123456789abcdef0L}) {
            assertThat(DeviceNumber.of(DeviceNumber.major(number), DeviceNumber.minor(number))).isEqualTo(number);
        }
        assertThat(DeviceNumber.of(8, 1)).isEqualTo(0x801);
    }

    @Test
    void events() {
        assertThat(MACOS.kevent()).isEqualTo(Kevent.MACOS);
        assertThat(FREEBSD.kevent()).isEqualTo(Kevent.FREEBSD);
        assertThat(GNU.kevent()).isEqualTo(Kevent.LIBKQUEUE);
        assertThat(Kevent.MACOS.bytes()).isEqualTo(32);
        assertThat(Kevent.FREEBSD.bytes()).isEqualTo(64);
        assertThat(Kevent.LIBKQUEUE.bytes()).isEqualTo(32);
        assertThat(Kevent.MACOS.user()).isEqualTo(-10);
        assertThat(Kevent.FREEBSD.user()).isEqualTo(-11);
        assertThat(Kevent.LIBKQUEUE.user()).isEqualTo(-11);
        try (Arena arena = Arena.ofConfined()) {
            for (Kevent layout : Kevent.values()) {
                long at = arena.allocate(128, 8).address();
                Memory.fill(at, 128, (byte) 0x55);
                layout.put(at, 7, Kevent.EVFILT_WRITE, 0x8001, 0x01020304, 0x1122334455667788L);
                assertThat(Memory.getLong(at)).isEqualTo(7);
                assertThat(Memory.getShort(at + 8)).isEqualTo((short) -2);
                assertThat(Memory.getShort(at + 10)).isEqualTo((short) 0x8001);
                assertThat(Memory.getInt(at + 12)).isEqualTo(0x01020304);
                assertThat(Memory.getLong(at + 16)).isZero();
                assertThat(Memory.getLong(at + 24)).isEqualTo(0x1122334455667788L);
                assertThat(Memory.getLong(at + layout.bytes() - 8)).isNotEqualTo(0x5555555555555555L);
                assertThat(Memory.getLong(at + layout.bytes())).isEqualTo(0x5555555555555555L);
                assertThat(Kevent.fd(at)).isEqualTo(7);
                assertThat(Kevent.filter(at)).isEqualTo(-2);
                assertThat(Kevent.flags(at)).isEqualTo(0x8001);
                assertThat(Kevent.udata(at)).isEqualTo(0x1122334455667788L);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("bsds")
    void addressesGoThereAndBack(Dialect dialect) throws Exception {
        for (SocketAddress address : new SocketAddress[] {
            new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 4711),
            new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 80),
            UnixDomainSocketAddress.of("/tmp/socket"),
        }) {
            try (Arena arena = Arena.ofConfined()) {
                long ours = arena.allocate(Sockaddr.BYTES, 8).address();
                long theirs = arena.allocate(Sockaddr.BYTES, 8).address();
                int family = Sockaddr.family(address, "bind");
                int length = Sockaddr.encode(address, family, ours, "bind");
                assertThat(BsdSys.theirAddress(dialect, ours, length, theirs)).isZero();
                assertThat(Memory.getByte(theirs)).as("its length").isEqualTo((byte) length);
                assertThat(Memory.getByte(theirs + 1)).isEqualTo((byte) dialect.family(family));
                assertThat(Memory.getShort(ours)).as("the caller's is left alone").isEqualTo((short) family);
                BsdSys.linuxAddress(dialect, theirs);
                assertThat(Sockaddr.decode(theirs, length)).isEqualTo(address);
            }
        }
        try (Arena arena = Arena.ofConfined()) {
            long netlink = arena.allocate(Sockaddr.BYTES, 8).address();
            Memory.putShort(netlink, (short) 16);
            assertThat(BsdSys.theirAddress(dialect, netlink, 16, netlink)).isEqualTo(-Errno.EAFNOSUPPORT);
        }
    }
}
