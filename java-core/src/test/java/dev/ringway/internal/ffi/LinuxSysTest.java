package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.*;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every call of {@link LinuxSys} against the running kernel. */
class LinuxSysTest {

    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int NO_FD = -1;

    /** To io_uring_register(2), -1 means "no ring needed". */
    private static final int NEVER_OPENED = 1_000_000;

    private final Sys sys = new LinuxSys();
    private final Arena arena = Arena.ofConfined();
    private final long memory = arena.allocate(8192, 8).address();
    private final List<Integer> open = new ArrayList<>();

    @TempDir
    Path directory;

    private long openFds;

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

    @Test
    void errorsAreMinusErrno() {
        assertThat(sys.close(NO_FD)).isEqualTo(-Errno.EBADF);
        assertThat(sys.read(NO_FD, memory, 1)).isEqualTo(-Errno.EBADF);
        assertThat(sys.write(NO_FD, memory, 1)).isEqualTo(-Errno.EBADF);
        assertThat(sys.pread(NO_FD, memory, 1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.pwrite(NO_FD, memory, 1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.readv(NO_FD, memory, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.writev(NO_FD, memory, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.preadv(NO_FD, memory, 0, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.pwritev(NO_FD, memory, 0, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.preadv2(NO_FD, memory, 0, -1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.pwritev2(NO_FD, memory, 0, -1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.pipe2(memory, -1)).isEqualTo(-Errno.EINVAL);
        assertThat(sys.dup(NO_FD)).isEqualTo(-Errno.EBADF);
        assertThat(sys.fileMode(NO_FD)).isEqualTo(-Errno.EBADF);
        assertThat(sys.fcntl(NO_FD, F_GETFD(), 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.bind(NO_FD, memory, 16)).isEqualTo(-Errno.EBADF);
        assertThat(sys.listen(NO_FD, 1)).isEqualTo(-Errno.EBADF);
        assertThat(sys.accept4(NO_FD, 0, 0, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.connect(NO_FD, memory, 16)).isEqualTo(-Errno.EBADF);
        assertThat(sys.recv(NO_FD, memory, 1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.send(NO_FD, memory, 1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.shutdown(NO_FD, SHUT_RDWR())).isEqualTo(-Errno.EBADF);
        assertThat(sys.epollCtl(NO_FD, EPOLL_CTL_DEL(), 0, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.epollWait(NO_FD, memory, 1, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.mmap(4096, PROT_READ(), MAP_SHARED(), NO_FD, 0)).isEqualTo(-Errno.EBADF);
        assertThat(sys.mmap(0, PROT_READ(), MAP_PRIVATE() | MAP_ANONYMOUS(), NO_FD, 0)).isEqualTo(-Errno.EINVAL);
        assertThat(sys.munmap(1, 4096)).isEqualTo(-Errno.EINVAL);
        assertThat(sys.socket(4711, SOCK_STREAM(), 0)).isEqualTo(-Errno.EAFNOSUPPORT);
        assertThat(sys.ioUringEnter(NO_FD, 0, 0, 0, 0, 0)).isIn(-Errno.EBADF, -Errno.ENOSYS, -Errno.EPERM);
        assertThat(sys.ioUringRegister(NEVER_OPENED, 0, 0, 0)).isIn(-Errno.EBADF, -Errno.ENOSYS, -Errno.EPERM);
    }

    @Test
    void filesReadAndWriteAtPositionAndOffset() throws IOException {
        int fd = openNew("data");
        Memory.copy(new byte[] {'a', 'b', 'c', 'd'}, 0, memory, 4);
        assertThat(sys.write(fd, memory, 4)).isEqualTo(4);
        assertThat(sys.pwrite(fd, memory + 1, 2, 6)).isEqualTo(2);
        assertThat(Files.readAllBytes(directory.resolve("data"))).containsExactly('a', 'b', 'c', 'd', 0, 0, 'b', 'c');
        assertThat(sys.pread(fd, memory + 100, 8, 2)).isEqualTo(6);
        assertThat(Memory.getByte(memory + 100)).isEqualTo((byte) 'c');
        assertThat(sys.read(fd, memory + 200, 8)).as("from the position after the write").isEqualTo(4);
        assertThat(Memory.getByte(memory + 202)).isEqualTo((byte) 'b');
        assertThat(sys.read(fd, memory, 8)).isZero();
    }

    @Test
    void offsetsBeyond32BitsArrive() throws IOException {
        int fd = openNew("sparse");
        Memory.putByte(memory, (byte) 7);
        assertThat(sys.pwrite(fd, memory, 1, 1L << 33)).isEqualTo(1);
        assertThat(Files.size(directory.resolve("sparse"))).isEqualTo((1L << 33) + 1);
        Memory.putByte(memory, (byte) 0);
        assertThat(sys.pread(fd, memory, 8, 1L << 33)).isEqualTo(1);
        assertThat(Memory.getByte(memory)).isEqualTo((byte) 7);
    }

    @Test
    void rangesAreReadAndWrittenOneAfterTheOther() throws IOException {
        int fd = openNew("ranges");
        Memory.copy("abcdef".getBytes(US_ASCII), 0, memory, 6);
        long out = iovecs(1024, memory + 4, 2, memory, 3);
        assertThat(sys.writev(fd, out, 2)).isEqualTo(5);
        assertThat(sys.pwritev(fd, out, 2, 7)).isEqualTo(5);
        assertThat(sys.pwritev2(fd, out, 1, 1, 0)).isEqualTo(2);
        assertThat(sys.pwritev2(fd, out + IOVEC_BYTES(), 1, -1, 0)).as("at the position").isEqualTo(3);
        assertThat(Files.readString(directory.resolve("ranges"))).isEqualTo("eefbcabcfabc");

        long in = iovecs(1024, memory + 103, 3, memory + 100, 3);
        assertThat(sys.preadv(fd, in, 2, 6)).isEqualTo(6);
        assertThat(text(memory + 100, 6)).isEqualTo("abcbcf");
        assertThat(sys.preadv2(fd, in, 2, 0, 0)).isEqualTo(6);
        assertThat(text(memory + 100, 6)).isEqualTo("bcaeef");
        assertThat(sys.readv(fd, in, 2)).as("from the position").isEqualTo(4);
        assertThat(text(memory + 100, 6)).isEqualTo("ccafab");
        assertThat(sys.preadv2(fd, in, 2, -1, 0)).isZero();
        assertThat(sys.preadv(fd, in, UIO_MAXIOV() + 1, 0)).isEqualTo(-Errno.EINVAL);
    }

    @Test
    void rangesBeyond32BitsArrive() throws IOException {
        int fd = openNew("sparse");
        Memory.putByte(memory, (byte) 7);
        long one = iovecs(1024, memory, 1);
        assertThat(sys.pwritev(fd, one, 1, 1L << 33)).isEqualTo(1);
        assertThat(sys.pwritev2(fd, one, 1, 1L << 34, 0)).isEqualTo(1);
        assertThat(Files.size(directory.resolve("sparse"))).isEqualTo((1L << 34) + 1);
        Memory.putByte(memory, (byte) 0);
        assertThat(sys.preadv(fd, one, 1, 1L << 33)).isEqualTo(1);
        assertThat(Memory.getByte(memory)).isEqualTo((byte) 7);
        Memory.putByte(memory, (byte) 0);
        assertThat(sys.preadv2(fd, one, 1, 1L << 34, 0)).isEqualTo(1);
        assertThat(Memory.getByte(memory)).isEqualTo((byte) 7);
    }

    @Test
    void aPipeAndItsReadiness() {
        assertThat(sys.pipe2(memory, O_CLOEXEC())).isZero();
        int in = keep(Memory.getInt(memory));
        int out = keep(Memory.getInt(memory + 4));
        assertThat(sys.fcntl(in, F_GETFD(), 0)).isEqualTo(FD_CLOEXEC());
        assertThat(sys.fcntl(in, F_GETFL(), 0) & O_NONBLOCK()).isZero();
        assertThat(sys.poll(in, POLLIN())).isZero();
        assertThat(sys.poll(out, POLLIN() | POLLOUT())).isEqualTo(POLLOUT());

        long one = iovecs(1024, memory, 1);
        assertThat(sys.preadv2(in, one, 1, -1, RWF_NOWAIT())).as("without waiting").isEqualTo(-Errno.EAGAIN);
        assertThat(sys.pwritev2(out, one, 1, -1, RWF_NOWAIT())).isEqualTo(1);
        assertThat(sys.poll(in, POLLIN())).isEqualTo(POLLIN());
        assertThat(sys.preadv2(in, one, 1, -1, RWF_NOWAIT())).isEqualTo(1);
        assertThat(sys.pwritev2(out, one, 1, 0, RWF_NOWAIT())).as("a pipe has no offsets").isEqualTo(-Errno.ESPIPE);
        assertThat(sys.poll(NO_FD - 1, POLLIN())).as("a negative fd is left out").isZero();
        assertThat(sys.poll(NEVER_OPENED, POLLIN())).isEqualTo(POLLNVAL());

        assertThat(sys.pipe2(memory, O_CLOEXEC() | O_NONBLOCK())).isZero();
        int other = keep(Memory.getInt(memory));
        assertThat(sys.read(other, memory + 8, 1)).isEqualTo(-Errno.EAGAIN);
        assertThat(sys.close(Memory.getInt(memory + 4))).isZero();
        assertThat(sys.poll(other, POLLIN())).isEqualTo(POLLHUP());
    }

    @Test
    void anotherFdOfTheSameFile() {
        int fd = openNew("file");
        int other = keep(sys.dup(fd));
        assertThat(other).isNotEqualTo(fd);
        assertThat(sys.fcntl(other, F_GETFD(), 0)).isEqualTo(FD_CLOEXEC());
        assertThat(sys.write(other, memory, 4)).isEqualTo(4);
        assertThat(sys.read(fd, memory, 4)).as("they share the position").isZero();
    }

    @Test
    void modesTellWhatAnFdIs() {
        int file = openNew("file");
        assertThat(sys.fileMode(file)).isEqualTo(S_IFREG() | 0600);
        assertThat(sys.fileMode(keep(sys.socket(AF_INET(), SOCK_STREAM() | SOCK_CLOEXEC(), 0))) & S_IFMT())
                .isEqualTo(S_IFSOCK());
        int here = openPath(directory.toString(), O_RDONLY() | O_CLOEXEC() | OpenFlags.O_DIRECTORY);
        assertThat(sys.fileMode(here) & S_IFMT()).isEqualTo(S_IFDIR());
        int nothing = openPath("/dev/null", O_RDWR() | O_CLOEXEC());
        assertThat(sys.fileMode(nothing) & S_IFMT()).isEqualTo(S_IFCHR());
    }

    @Test
    void statxFillsItsStructure() {
        openNew("file");
        putPath(directory.resolve("file").toString());
        assertThat(sys.statx(AT_FDCWD(), memory, 0, STATX_TYPE(), memory + 4096)).isZero();
        assertThat(Memory.getShort(memory + 4096 + STATX_OFFSET_MODE()) & S_IFMT()).isEqualTo(S_IFREG());
        putPath(directory.resolve("absent").toString());
        assertThat(sys.statx(AT_FDCWD(), memory, 0, STATX_TYPE(), memory + 4096)).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void openHonoursTheFlagsThatDifferByArchitecture() throws IOException {
        openNew("file");
        putPath(directory.resolve("file").toString());
        assertThat(sys.openat(AT_FDCWD(), memory, O_RDONLY() | OpenFlags.O_DIRECTORY, 0)).isEqualTo(-Errno.ENOTDIR);
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("file"));
        putPath(directory.resolve("link").toString());
        assertThat(sys.openat(AT_FDCWD(), memory, O_RDONLY() | OpenFlags.O_NOFOLLOW, 0)).isEqualTo(-Errno.ELOOP);
    }

    @Test
    void fdsAreCloseOnExec() {
        int socket = keep(sys.socket(AF_INET(), SOCK_STREAM() | SOCK_CLOEXEC() | SOCK_NONBLOCK(), 0));
        int epoll = keep(sys.epollCreate());
        int event = keep(sys.eventfd(0, EFD_CLOEXEC()));
        for (int fd : new int[] {socket, epoll, event}) {
            assertThat(sys.fcntl(fd, F_GETFD(), 0)).isEqualTo(FD_CLOEXEC());
        }
        assertThat(sys.fcntl(socket, F_GETFL(), 0) & O_NONBLOCK()).isNotZero();
        assertThat(sys.fcntl(socket, F_SETFL(), 0)).isZero();
        assertThat(sys.fcntl(socket, F_GETFL(), 0) & O_NONBLOCK()).isZero();
    }

    @Test
    void aConnectionFromSocketToShutdown() throws IOException {
        int listener = keep(sys.socket(AF_INET(), SOCK_STREAM() | SOCK_CLOEXEC(), 0));
        Memory.putInt(memory, 1);
        assertThat(sys.setsockopt(listener, SOL_SOCKET(), SO_REUSEADDR(), memory, 4)).isZero();
        Memory.putInt(memory, 0);
        Memory.putInt(memory + 8, 4);
        assertThat(sys.getsockopt(listener, SOL_SOCKET(), SO_REUSEADDR(), memory, memory + 8)).isZero();
        assertThat(Memory.getInt(memory)).isEqualTo(1);
        InetAddress loopback = Inet4Address.getByAddress(new byte[] {127, 0, 0, 1});
        assertThat(bind(listener, new InetSocketAddress(loopback, 0), AF_INET())).isZero();
        assertThat(sys.listen(listener, SOMAXCONN())).isZero();
        SocketAddress local = name(listener);
        assertThat(((InetSocketAddress) local).getPort()).isPositive();

        int client = keep(sys.socket(AF_INET(), SOCK_STREAM() | SOCK_CLOEXEC(), 0));
        int length = Sockaddr.encode(local, AF_INET(), memory, "connect(2)");
        assertThat(sys.connect(client, memory, length)).isZero();
        Memory.putInt(memory + 256, Sockaddr.BYTES);
        int server = keep(sys.accept4(listener, memory, memory + 256, SOCK_CLOEXEC() | SOCK_NONBLOCK()));
        assertThat(Sockaddr.decode(memory, Memory.getInt(memory + 256))).isEqualTo(name(client));
        Memory.putInt(memory + 256, Sockaddr.BYTES);
        assertThat(sys.getpeername(server, memory, memory + 256)).isZero();
        assertThat(Sockaddr.decode(memory, Memory.getInt(memory + 256))).isEqualTo(name(client));

        assertThat(sys.recv(server, memory, 8, 0)).isEqualTo(-Errno.EAGAIN);
        Memory.putLong(memory, 0x1122334455667788L);
        assertThat(sys.send(client, memory, 8, MSG_NOSIGNAL())).isEqualTo(8);
        assertThat(sys.recv(server, memory + 8, 64, 0)).isEqualTo(8);
        assertThat(Memory.getLong(memory + 8)).isEqualTo(0x1122334455667788L);
        assertThat(sys.shutdown(client, SHUT_WR())).isZero();
        assertThat(sys.recv(server, memory, 8, MSG_WAITALL())).isZero();
        assertThat(sys.send(client, memory, 8, MSG_NOSIGNAL())).isEqualTo(-Errno.EPIPE);
    }

    @Test
    void aPairIsConnected() {
        assertThat(sys.socketpair(AF_INET(), SOCK_STREAM(), 0, memory)).isEqualTo(-Errno.EOPNOTSUPP);
        assertThat(sys.socketpair(AF_UNIX(), SOCK_STREAM() | SOCK_CLOEXEC(), 0, memory)).isZero();
        int one = keep(Memory.getInt(memory));
        int other = keep(Memory.getInt(memory + 4));
        assertThat(sys.fcntl(other, F_GETFD(), 0)).isEqualTo(FD_CLOEXEC());
        assertThat(sys.send(one, memory, 5, MSG_NOSIGNAL())).isEqualTo(5);
        assertThat(sys.recv(other, memory, 8, 0)).isEqualTo(5);
    }

    @Test
    void addressesSurviveTheKernel() throws IOException {
        int inet6 = keep(sys.socket(AF_INET6(), SOCK_STREAM() | SOCK_CLOEXEC(), 0));
        Memory.putInt(memory, 0);
        sys.setsockopt(inet6, IPPROTO_IPV6(), IPV6_V6ONLY(), memory, 4);
        InetAddress loopback = Inet4Address.getByAddress(new byte[] {127, 0, 0, 1});
        assertThat(bind(inet6, new InetSocketAddress(loopback, 0), AF_INET6())).isZero();
        assertThat(((InetSocketAddress) name(inet6)).getAddress()).isEqualTo(loopback);

        int unix = keep(sys.socket(AF_UNIX(), SOCK_STREAM() | SOCK_CLOEXEC(), 0));
        assertThat(name(unix)).isEqualTo(UnixDomainSocketAddress.of(""));
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(directory.resolve("socket"));
        assertThat(bind(unix, path, AF_UNIX())).isZero();
        assertThat(name(unix)).isEqualTo(path);
        assertThat(Files.exists(path.getPath())).isTrue();

        int unnamed = keep(sys.socket(AF_UNIX(), SOCK_STREAM() | SOCK_CLOEXEC(), 0));
        assertThat(bind(unnamed, UnixDomainSocketAddress.of(""), AF_UNIX())).isZero();
        assertThat(name(unnamed)).as("the kernel chose an abstract name").isEqualTo(UnixDomainSocketAddress.of(""));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void epollWaitsReportsAndTimesOut(boolean inMillis) {
        Sys waiting = new LinuxSys(inMillis);
        int epoll = keep(waiting.epollCreate());
        int event = keep(waiting.eventfd(0, EFD_CLOEXEC() | EFD_NONBLOCK()));
        long data = 0x8877_6655_4433_2211L;
        EpollEvent.put(memory, EPOLLIN() | EPOLLET(), data);
        assertThat(waiting.epollCtl(epoll, EPOLL_CTL_ADD(), event, memory)).isZero();
        assertThat(waiting.epollCtl(epoll, EPOLL_CTL_ADD(), event, memory)).isEqualTo(-Errno.EEXIST);

        assertThat(waiting.epollWait(epoll, memory, 4, 0)).isZero();
        long before = waiting.nanoTime();
        assertThat(waiting.epollWait(epoll, memory, 4, 30 * MILLI + 1)).isZero();
        assertThat(waiting.nanoTime() - before).isGreaterThanOrEqualTo(30 * MILLI);

        Memory.putLong(memory + 512, 1);
        assertThat(waiting.write(event, memory + 512, Long.BYTES)).isEqualTo(Long.BYTES);
        assertThat(waiting.epollWait(epoll, memory, 4, -1)).isEqualTo(1);
        assertThat(EpollEvent.events(memory)).isEqualTo(EPOLLIN());
        assertThat(EpollEvent.data(memory)).isEqualTo(data);
        assertThat(waiting.epollCtl(epoll, EPOLL_CTL_DEL(), event, 0)).isZero();
        assertThat(waiting.epollCtl(epoll, EPOLL_CTL_DEL(), event, 0)).isEqualTo(-Errno.ENOENT);
    }

    @Test
    void twoEventsLieOneAfterTheOther() {
        int epoll = keep(sys.epollCreate());
        for (long data = 1; data <= 2; data++) {
            int event = keep(sys.eventfd(1, EFD_CLOEXEC()));
            EpollEvent.put(memory, EPOLLIN(), data << 40);
            assertThat(sys.epollCtl(epoll, EPOLL_CTL_ADD(), event, memory)).isZero();
        }
        assertThat(sys.epollWait(epoll, memory, 4, -1)).isEqualTo(2);
        assertThat(List.of(EpollEvent.data(memory), EpollEvent.data(memory + EpollEvent.BYTES)))
                .containsExactlyInAnyOrder(1L << 40, 2L << 40);
    }

    @Test
    void millisecondsAreRoundedUp() {
        assertThat(LinuxSys.millisRoundedUp(-1)).isEqualTo(-1);
        assertThat(LinuxSys.millisRoundedUp(Long.MIN_VALUE)).isEqualTo(-1);
        assertThat(LinuxSys.millisRoundedUp(0)).isZero();
        assertThat(LinuxSys.millisRoundedUp(1)).isEqualTo(1);
        assertThat(LinuxSys.millisRoundedUp(MILLI)).isEqualTo(1);
        assertThat(LinuxSys.millisRoundedUp(MILLI + 1)).isEqualTo(2);
        assertThat(LinuxSys.millisRoundedUp(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void theClockIsTheJvms() {
        long before = System.nanoTime();
        long now = sys.nanoTime();
        assertThat(now - before).isNotNegative();
        assertThat(System.nanoTime() - now).isNotNegative();
    }

    @Test
    void callsAllocateNothing() throws Throwable {
        MethodHandle allocatedBytes = allocatedBytesOfThisThread();
        int event = keep(sys.eventfd(1, EFD_CLOEXEC() | EFD_NONBLOCK()));
        int epoll = keep(sys.epollCreate());
        int calls = 100_000;
        long least = Long.MAX_VALUE;
        // The first rounds run in the interpreter, which may allocate what compiled code does not
        for (int round = 0; round < 10; round++) {
            long before = (long) allocatedBytes.invokeExact();
            for (int i = 0; i < calls; i++) {
                sys.close(NO_FD);
                sys.recv(event, memory, 8, 0);
                sys.epollWait(epoll, memory, 4, 0);
                sys.fileMode(event);
                sys.poll(event, POLLIN());
                sys.ioUringEnter(NO_FD, 0, 0, 0, 0, 0);
            }
            least = Math.min(least, (long) allocatedBytes.invokeExact() - before);
        }
        assertThat(least).as("bytes in " + 6 * calls + " calls").isLessThan(1024);
    }

    @Test
    void everyThreadHasItsOwnErrno() throws InterruptedException {
        AtomicInteger wrong = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            boolean even = i % 2 == 0;
            Runnable calls = () -> {
                for (int call = 0; call < 2000; call++) {
                    int expected = even ? -Errno.EBADF : -Errno.EAFNOSUPPORT;
                    int result = even ? sys.close(NO_FD) : sys.socket(4711, SOCK_STREAM(), 0);
                    if (result != expected) {
                        wrong.incrementAndGet();
                    }
                }
            };
            threads.add(i < 20 ? Thread.ofPlatform().start(calls) : Thread.ofVirtual().start(calls));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).hasValue(0);
    }

    /** The JVM's count, by reflection, since the module under test does not read the one that has it. */
    private static MethodHandle allocatedBytesOfThisThread() throws ReflectiveOperationException {
        Class<?> bean = Class.forName("com.sun.management.ThreadMXBean");
        Object threads = Class.forName("java.lang.management.ManagementFactory")
                .getMethod("getPlatformMXBean", Class.class)
                .invoke(null, bean);
        return MethodHandles.publicLookup()
                .findVirtual(bean, "getCurrentThreadAllocatedBytes", MethodType.methodType(long.class))
                .bindTo(threads);
    }

    /** Writes ranges, an address and a length each, to this place of the memory. */
    private long iovecs(int place, long... ranges) {
        for (int i = 0; i < ranges.length; i += 2) {
            long iovec = memory + place + i / 2L * IOVEC_BYTES();
            Memory.putLong(iovec + IOVEC_BASE(), ranges[i]);
            Memory.putLong(iovec + IOVEC_LEN(), ranges[i + 1]);
        }
        return memory + place;
    }

    private static String text(long address, int length) {
        byte[] bytes = new byte[length];
        Memory.copy(address, bytes, 0, length);
        return new String(bytes, US_ASCII);
    }

    private int openNew(String name) {
        return openPath(directory.resolve(name).toString(), O_RDWR() | O_CREAT() | O_EXCL() | O_CLOEXEC());
    }

    private int openPath(String path, int flags) {
        putPath(path);
        return keep(sys.openat(AT_FDCWD(), memory, flags, 0600));
    }

    private void putPath(String path) {
        byte[] bytes = NativePath.bytes(path);
        Memory.copy(bytes, 0, memory, bytes.length);
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

    private int keep(int fd) {
        assertThat(fd).as("fd, or -errno").isNotNegative();
        open.add(fd);
        return fd;
    }
}
