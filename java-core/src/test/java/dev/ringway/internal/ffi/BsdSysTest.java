package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.*;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.Test;

/** Every call of {@link BsdSys} against glibc: with all that there is, and without what macOS does not have. */
@ParameterizedClass(name = "{0}")
@MethodSource("both")
class BsdSysTest {

    private static final int NO_FD = -1;
    private static final int NEVER_OPENED = 1_000_000;

    private final BsdSys sys;
    private final Arena arena = Arena.ofConfined();
    private final long memory = arena.allocate(8192, 8).address();
    private final List<Integer> open = new ArrayList<>();

    @TempDir
    Path directory;

    private long openFds;

    /** Which one, for the name of a test. */
    enum Way {
        WITH_FLAGS, AS_ON_MACOS
    }

    BsdSysTest(Way way) {
        sys = way == Way.WITH_FLAGS ? new BsdSys() : BsdSys.asOnMacos();
    }

    static Stream<Way> both() {
        return Stream.of(Way.values());
    }

    @BeforeEach
    void countFds() throws IOException {
        sys.nanoTime();
        openFds = fds();
    }

    @AfterEach
    void closeAll() throws IOException {
        open.forEach(fd -> assertThat(sys.close(fd)).isZero());
        arena.close();
        assertThat(fds()).as("open fds").isEqualTo(openFds);
    }

    private static long fds() throws IOException {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count();
        }
    }

    private int keep(int fd) {
        assertThat(fd).as("fd, or -errno").isNotNegative();
        open.add(fd);
        return fd;
    }

    @Test
    void errorsAreMinusErrno() {
        assertThat(sys.close(NO_FD)).isEqualTo(-Errno.EBADF);
        assertThat(sys.read(NO_FD, memory, 1)).isEqualTo(-Errno.EBADF);
        assertThat(sys.write(NO_FD, memory, 1)).isEqualTo(-Errno.EBADF);
        assertThat(sys.pread(NO_FD, memory, 1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.pwrite(NO_FD, memory, 1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.fileMode(NO_FD)).isEqualTo(-Errno.EBADF);
        assertThat(sys.fsync(NO_FD)).isEqualTo(-Errno.EBADF);
        assertThat(sys.dup(NO_FD)).isEqualTo(-Errno.EBADF);
        assertThat(sys.fcntl(NO_FD, F_GETFL(), 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.bind(NO_FD, memory, 16)).isEqualTo(-Errno.EBADF);
        assertThat(sys.listen(NO_FD, 1)).isEqualTo(-Errno.EBADF);
        assertThat(sys.accept4(NO_FD, 0, 0, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.connect(NO_FD, memory, 16)).isEqualTo(-Errno.EBADF);
        assertThat(sys.recv(NO_FD, memory, 1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.send(NO_FD, memory, 1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.shutdown(NO_FD, SHUT_RDWR())).isEqualTo(-Errno.EBADF);
        assertThat(sys.mmap(4096, PROT_READ(), MAP_SHARED(), NO_FD, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.munmap(1, 4096)).isEqualTo(-Errno.EINVAL);
        assertThat(sys.madvise(1, 4096, MADV_DONTFORK())).isEqualTo(-Errno.EINVAL);
        assertThat(sys.socket(4711, SOCK_STREAM(), 0)).isEqualTo(-Errno.EAFNOSUPPORT);
        assertThat(sys.pipe2(memory, O_APPEND())).isEqualTo(-Errno.EINVAL);
        assertThat(sys.fcntl(NO_FD, F_GETPIPE_SZ(), 0)).as("Linux's own").isEqualTo(-Errno.EINVAL);
    }

    @Test
    void whatOnlyLinuxHasIsRefused() {
        assertThat(sys.ioUringSetup(4, memory)).isEqualTo(-Errno.ENOSYS);
        assertThat(sys.ioUringEnter(0, 0, 0, 0, 0, 0)).isEqualTo(-Errno.ENOSYS);
        assertThat(sys.ioUringRegister(0, 0, 0, 0)).isEqualTo(-Errno.ENOSYS);
        assertThat(sys.epollCreate()).isEqualTo(-Errno.ENOSYS);
        assertThat(sys.epollCtl(0, 0, 0, 0)).isEqualTo(-Errno.ENOSYS);
        assertThat(sys.epollWait(0, memory, 1, 0)).isEqualTo(-Errno.ENOSYS);
        assertThat(sys.eventfd(0, 0)).isEqualTo(-Errno.ENOSYS);
        assertThat(sys.statx(AT_FDCWD(), memory, 0, 0, memory)).isEqualTo(-Errno.ENOSYS);
        assertThat(new LinuxSys().kqueue()).isEqualTo(-Errno.ENOSYS);
        assertThat(new LinuxSys().kevent(0, 0, 0, 0, 0, 0)).isEqualTo(-Errno.ENOSYS);
    }

    @Test
    void filesReadAndWrite() throws IOException {
        Path path = directory.resolve("data");
        int fd = keep(openat(path, O_RDWR() | O_CREAT() | O_EXCL() | O_CLOEXEC()));
        assertThat(sys.fileMode(fd)).isEqualTo(S_IFREG() | 0600);
        assertThat(sys.fcntl(fd, F_GETFD(), 0)).isEqualTo(FD_CLOEXEC());
        Memory.copy("abcdef".getBytes(US_ASCII), 0, memory, 6);
        assertThat(sys.write(fd, memory, 4)).isEqualTo(4);
        assertThat(sys.pwrite(fd, memory + 4, 2, 1L << 33)).isEqualTo(2);
        assertThat(sys.fsync(fd)).isZero();
        assertThat(Files.size(path)).isEqualTo((1L << 33) + 2);
        assertThat(sys.pread(fd, memory + 100, 8, 1L << 33)).isEqualTo(2);
        assertThat(text(memory + 100, 2)).isEqualTo("ef");
        int same = keep(sys.dup(fd));
        assertThat(sys.fcntl(same, F_GETFD(), 0)).isEqualTo(FD_CLOEXEC());
        assertThat(sys.read(same, memory + 100, 1)).as("from the shared position").isEqualTo(1);
        assertThat(openat(path, O_RDONLY() | OpenFlags.O_DIRECTORY)).isEqualTo(-Errno.ENOTDIR);
        assertThat(openat(directory.resolve("absent"), O_RDONLY())).isEqualTo(-Errno.ENOENT);
    }

    private int openat(Path path, int flags) {
        byte[] bytes = NativePath.bytes(path);
        Memory.copy(bytes, 0, memory + 4096, bytes.length);
        return sys.openat(AT_FDCWD(), memory + 4096, flags, 0600);
    }

    private static String text(long address, int length) {
        byte[] bytes = new byte[length];
        Memory.copy(address, bytes, 0, length);
        return new String(bytes, US_ASCII);
    }

    @Test
    void rangesAreReadAndWritten() throws IOException {
        int fd = keep(openat(directory.resolve("ranges"), O_RDWR() | O_CREAT() | O_CLOEXEC()));
        Memory.copy("abcdef".getBytes(US_ASCII), 0, memory, 6);
        long iovecs = memory + 1024;
        iovec(iovecs, memory + 3, 3);
        iovec(iovecs + IOVEC_BYTES(), memory, 3);
        assertThat(sys.writev(fd, iovecs, 2)).isEqualTo(6);
        assertThat(sys.pwritev(fd, iovecs, 2, 6)).isEqualTo(6);
        assertThat(sys.pwritev2(fd, iovecs, 1, 12, 0)).isEqualTo(3);
        assertThat(sys.pwritev2(fd, iovecs, 1, 12, RWF_NOWAIT())).isEqualTo(-Errno.EOPNOTSUPP);
        assertThat(sys.pwritev2(fd, iovecs + IOVEC_BYTES(), 1, -1, 0)).as("at the position").isEqualTo(3);
        assertThat(Files.readString(directory.resolve("ranges"))).isEqualTo("defabcabcabcdef");
        assertThat(sys.preadv(fd, iovecs, 2, 3)).isEqualTo(6);
        assertThat(text(memory, 6)).isEqualTo("abcabc");
        assertThat(sys.preadv2(fd, iovecs, 1, 12, 0)).isEqualTo(3);
        assertThat(text(memory + 3, 3)).isEqualTo("def");
        assertThat(sys.preadv2(fd, iovecs, 1, 12, RWF_NOWAIT())).isEqualTo(-Errno.EOPNOTSUPP);
        assertThat(sys.readv(fd, iovecs, 2)).as("from the position").isEqualTo(6);
        assertThat(sys.preadv2(fd, iovecs, 2, -1, 0)).isZero();
    }

    private static void iovec(long at, long address, long length) {
        Memory.putLong(at + IOVEC_BASE(), address);
        Memory.putLong(at + IOVEC_LEN(), length);
    }

    @Test
    void aPipeAndItsReadiness() {
        assertThat(sys.pipe2(memory, O_CLOEXEC() | O_NONBLOCK())).isZero();
        int in = keep(Memory.getInt(memory));
        int out = keep(Memory.getInt(memory + 4));
        for (int fd : new int[] {in, out}) {
            assertThat(sys.fcntl(fd, F_GETFD(), 0)).isEqualTo(FD_CLOEXEC());
            assertThat(sys.fcntl(fd, F_GETFL(), 0) & O_NONBLOCK()).isNotZero();
            assertThat(sys.fileMode(fd) & S_IFMT()).isEqualTo(S_IFIFO());
        }
        assertThat(sys.read(in, memory, 1)).isEqualTo(-Errno.EAGAIN);
        assertThat(sys.poll(in, POLLIN())).isZero();
        assertThat(sys.poll(out, POLLIN() | POLLOUT())).isEqualTo(POLLOUT());
        assertThat(sys.write(out, memory, 1)).isEqualTo(1);
        assertThat(sys.poll(in, POLLIN())).isEqualTo(POLLIN());
        assertThat(sys.poll(NEVER_OPENED, POLLIN())).isEqualTo(POLLNVAL());

        assertThat(sys.pipe2(memory, 0)).isZero();
        int inherited = keep(Memory.getInt(memory));
        keep(Memory.getInt(memory + 4));
        assertThat(sys.fcntl(inherited, F_GETFD(), 0)).isZero();
        assertThat(sys.fcntl(inherited, F_GETFL(), 0) & O_NONBLOCK()).isZero();
        assertThat(sys.fcntl(inherited, F_SETFL(), O_NONBLOCK())).isZero();
        assertThat(sys.fcntl(inherited, F_GETFL(), 0) & O_NONBLOCK()).isNotZero();
        assertThat(sys.fcntl(inherited, F_SETFD(), FD_CLOEXEC())).isZero();
        assertThat(sys.fcntl(keep(sys.fcntl(inherited, F_DUPFD_CLOEXEC(), 0)), F_GETFD(), 0)).isEqualTo(FD_CLOEXEC());
    }

    @Test
    void pairsHaveTheFlagsThatWereAskedFor() {
        assertThat(sys.socketpair(AF_UNIX(), SOCK_STREAM() | SOCK_CLOEXEC() | SOCK_NONBLOCK(), 0, memory)).isZero();
        for (int fd : new int[] {keep(Memory.getInt(memory)), keep(Memory.getInt(memory + 4))}) {
            assertThat(sys.fcntl(fd, F_GETFD(), 0)).isEqualTo(FD_CLOEXEC());
            assertThat(sys.recv(fd, memory + 8, 1, 0)).isEqualTo(-Errno.EAGAIN);
        }
        assertThat(sys.socketpair(AF_INET(), SOCK_STREAM(), 0, memory)).isEqualTo(-Errno.EOPNOTSUPP);
        assertThat(sys.socketpair(AF_UNIX(), SOCK_STREAM(), 0, memory)).isZero();
        int plain = keep(Memory.getInt(memory));
        keep(Memory.getInt(memory + 4));
        assertThat(sys.fcntl(plain, F_GETFD(), 0)).isZero();
        assertThat(sys.recv(plain, memory + 8, 1, MSG_DONTWAIT())).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void aConnectionFromSocketToShutdown() throws IOException {
        int listener = keep(sys.socket(AF_INET(), SOCK_STREAM() | SOCK_CLOEXEC() | SOCK_NONBLOCK(), 0));
        Memory.putInt(memory, 1);
        assertThat(sys.setsockopt(listener, SOL_SOCKET(), SO_REUSEADDR(), memory, 4)).isZero();
        assertThat(bind(listener, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), AF_INET())).isZero();
        assertThat(sys.listen(listener, 8)).isZero();
        SocketAddress local = name(listener);

        int client = keep(sys.socket(AF_INET(), SOCK_STREAM() | SOCK_CLOEXEC(), 0));
        assertThat(sys.fcntl(client, F_GETFL(), 0) & O_NONBLOCK()).isZero();
        assertThat(sys.accept4(listener, 0, 0, 0)).isEqualTo(-Errno.EAGAIN);
        int length = Sockaddr.encode(local, AF_INET(), memory, "connect(2)");
        assertThat(sys.connect(client, memory, length)).isZero();
        Memory.putInt(memory + 256, Sockaddr.BYTES);
        int server = keep(sys.accept4(listener, memory, memory + 256, SOCK_CLOEXEC()));
        assertThat(Sockaddr.decode(memory, Memory.getInt(memory + 256))).isEqualTo(name(client));
        assertThat(sys.fcntl(server, F_GETFD(), 0)).isEqualTo(FD_CLOEXEC());
        assertThat(sys.fcntl(server, F_GETFL(), 0) & O_NONBLOCK()).as("not the listener's").isZero();
        Memory.putInt(memory + 256, Sockaddr.BYTES);
        assertThat(sys.getpeername(server, memory, memory + 256)).isZero();
        assertThat(Sockaddr.decode(memory, Memory.getInt(memory + 256))).isEqualTo(name(client));

        Memory.putLong(memory, 0x1122334455667788L);
        assertThat(sys.send(client, memory, 8, MSG_NOSIGNAL())).isEqualTo(8);
        assertThat(sys.recv(server, memory + 8, 64, 0)).isEqualTo(8);
        assertThat(Memory.getLong(memory + 8)).isEqualTo(0x1122334455667788L);
        assertThat(sys.shutdown(client, SHUT_WR())).isZero();
        assertThat(sys.recv(server, memory, 8, MSG_WAITALL())).isZero();
        assertThat(sys.send(client, memory, 8, MSG_NOSIGNAL())).isEqualTo(-Errno.EPIPE);
    }

    @Test
    void errorsOfASocketAreLinuxs() {
        int socket = keep(sys.socket(AF_INET(), SOCK_STREAM() | SOCK_CLOEXEC() | SOCK_NONBLOCK(), 0));
        Memory.putInt(memory + 8, 4);
        assertThat(sys.getsockopt(socket, SOL_SOCKET(), SO_ERROR(), memory, memory + 8)).isZero();
        assertThat(Memory.getInt(memory)).isZero();
        Memory.putInt(memory + 8, 4);
        assertThat(sys.getsockopt(socket, SOL_SOCKET(), SO_DOMAIN(), memory, memory + 8)).isZero();
        assertThat(Memory.getInt(memory)).isEqualTo(AF_INET());
        assertThat(sys.getsockopt(socket, SOL_SOCKET(), 4711, memory, memory + 8)).isEqualTo(-Errno.ENOPROTOOPT);
    }

    @Test
    void namesOfUnixSockets() throws IOException {
        int unix = keep(sys.socket(AF_UNIX(), SOCK_STREAM() | SOCK_CLOEXEC(), 0));
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(directory.resolve("socket"));
        assertThat(bind(unix, path, AF_UNIX())).isZero();
        assertThat(name(unix)).isEqualTo(path);
    }

    /** posix_fallocate(3) and posix_fadvise(2) leave errno alone: taken for a success, their error would be lost. */
    @Test
    void errorsThatAreReturnedAreErrors() {
        Sys with = new BsdSys();
        assertThat(with.fallocate(NO_FD, 0, 0, 1)).isEqualTo(-Errno.EBADF);
        assertThat(with.fadvise(NO_FD, 0, 0, POSIX_FADV_NORMAL())).isEqualTo(-Errno.EBADF);
        assertThat(with.fallocate(NO_FD, FALLOC_FL_KEEP_SIZE(), 0, 1)).isEqualTo(-Errno.EOPNOTSUPP);
        Sys asMacos = BsdSys.asOnMacos();
        assertThat(asMacos.fallocate(NO_FD, 0, 0, 1)).isEqualTo(-Errno.EOPNOTSUPP);
        assertThat(asMacos.fadvise(NO_FD, 0, 0, POSIX_FADV_NORMAL())).isEqualTo(-Errno.EOPNOTSUPP);
    }

    @Test
    void onlyOpenFilesHaveMetadata() {
        Memory.putByte(memory, (byte) '/');
        Memory.putByte(memory + 1, (byte) 0);
        assertThat(sys.statx(AT_FDCWD(), memory, 0, STATX_SIZE(), memory + 8)).isEqualTo(-Errno.ENOSYS);
        assertThat(sys.statx(NO_FD, memory + 1, AT_EMPTY_PATH(), STATX_SIZE(), memory + 8)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void flagsOfUnlinkThatAreNotKnownAreRefused() {
        assertThat(sys.unlinkat(AT_FDCWD(), memory, 0x4000)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void memoryIsMapped() {
        long pages = sys.mmap(8192, PROT_READ() | PROT_WRITE(), MAP_PRIVATE() | MAP_ANONYMOUS(), -1, 0);
        assertThat(pages).isPositive();
        Memory.putLong(pages + 8184, 7);
        assertThat(Memory.getLong(pages + 8184)).isEqualTo(7);
        assertThat(sys.munmap(pages, 8192)).isZero();
    }

    @Test
    void callsAreCounted() {
        long before = sys.calls();
        sys.close(NO_FD);
        sys.read(NO_FD, memory, 1);
        assertThat(sys.calls() - before).isEqualTo(2);
    }

    private int bind(int fd, SocketAddress address, int family) {
        int length = Sockaddr.encode(address, family, memory, "bind(2)");
        return sys.bind(fd, memory, length);
    }

    private SocketAddress name(int fd) throws IOException {
        Memory.putInt(memory + 1024, Sockaddr.BYTES);
        assertThat(sys.getsockname(fd, memory + 1100, memory + 1024)).isZero();
        return Sockaddr.decode(memory + 1100, Memory.getInt(memory + 1024));
    }
}
