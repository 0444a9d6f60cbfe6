package dev.ringway.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.ErrnoException;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys.Call;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Pair;
import dev.ringway.testing.Row;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Which number of the kernel's becomes which exception. Every message names the call, the subject and the number.
class ErrorTest {
    private interface Body {
        void run(TestBed bed, Loop loop, FaultySys sys) throws Exception;
    }

    private static void run(Body body) throws Throwable {
        TestBed.run(Row.SIMULATED, "errors", bed -> {
            FaultySys sys = new FaultySys(new LinuxSys(), 0, false);
            Loop loop = bed.loop(options -> options.sys = sys);
            loop.turn();
            body.run(bed, loop, sys);
        });
    }

    static Stream<Arguments> connecting() {
        return Stream.of(
                Arguments.of("ECONNREFUSED", Errno.ECONNREFUSED, ConnectException.class),
                Arguments.of("ETIMEDOUT", Errno.ETIMEDOUT, ConnectException.class),
                Arguments.of("EHOSTUNREACH", Errno.EHOSTUNREACH, NoRouteToHostException.class),
                Arguments.of("ENETUNREACH", Errno.ENETUNREACH, NoRouteToHostException.class),
                Arguments.of("EADDRNOTAVAIL", Errno.EADDRNOTAVAIL, BindException.class),
                Arguments.of("EACCES", Errno.EACCES, AccessDeniedException.class),
                Arguments.of("ENOBUFS", Errno.ENOBUFS, ErrnoException.class));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("connecting")
    void ofConnect(String name, int errno, Class<? extends Throwable> type) throws Throwable {
        run((bed, loop, sys) -> {
            var address = Transport.TCP4.unused(bed.directory());
            sys.failNext(Call.CONNECT, errno);
            Throwable failure = loop.start(loop.ring().net().prepareConnect(address)).failure(type);
            assertThat(failure).hasMessageContaining("connect").hasMessageContaining(name)
                    .hasMessageContaining(address.toString());
        });
    }

    static Stream<Arguments> opening() {
        return Stream.of(
                Arguments.of("ENOENT", Errno.ENOENT, NoSuchFileException.class),
                Arguments.of("EEXIST", Errno.EEXIST, FileAlreadyExistsException.class),
                Arguments.of("EACCES", Errno.EACCES, AccessDeniedException.class),
                Arguments.of("ENOTEMPTY", Errno.ENOTEMPTY, DirectoryNotEmptyException.class),
                Arguments.of("ELOOP", Errno.ELOOP, ErrnoException.class),
                Arguments.of("ENAMETOOLONG", Errno.ENAMETOOLONG, ErrnoException.class),
                Arguments.of("EMFILE", Errno.EMFILE, ErrnoException.class),
                Arguments.of("ENFILE", Errno.ENFILE, ErrnoException.class),
                Arguments.of("ENOSPC", Errno.ENOSPC, ErrnoException.class));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("opening")
    void ofOpen(String name, int errno, Class<? extends Throwable> type) throws Throwable {
        run((bed, loop, sys) -> {
            Path path = bed.directory().resolve("file");
            sys.failNext(Call.OPENAT, errno);
            Throwable failure = loop.start(loop.ring().files().prepareOpen(path)).failure(type);
            assertThat(failure).hasMessageContaining(path.toString());
            if (failure instanceof FileSystemException known) {
                assertThat(known.getFile()).isEqualTo(path.toString());
            }
            if (failure instanceof ErrnoException other) {
                assertThat(other.errno()).isEqualTo(errno);
                assertThat(other.errnoName()).isEqualTo(name);
                assertThat(other.call()).isEqualTo("open");
                assertThat(other).hasMessageContaining("open").hasMessageContaining(name);
            }
        });
    }

    static Stream<Arguments> receiving() {
        return Stream.of(
                Arguments.of("ECONNRESET", Errno.ECONNRESET, SocketException.class),
                Arguments.of("ENOTCONN", Errno.ENOTCONN, SocketException.class),
                Arguments.of("ETIMEDOUT", Errno.ETIMEDOUT, SocketTimeoutException.class),
                Arguments.of("EHOSTUNREACH", Errno.EHOSTUNREACH, NoRouteToHostException.class),
                Arguments.of("ENOMEM", Errno.ENOMEM, ErrnoException.class));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("receiving")
    void ofReceiveAndSend(String name, int errno, Class<? extends Throwable> type) throws Throwable {
        run((bed, loop, sys) -> {
            AsyncSocket near = Pair.open(bed, loop, Transport.TCP4).near();
            Buf buf = loop.bufferOf("content");
            sys.failNext(Call.SEND, errno);
            Count send = loop.start(near.prepareSendAll(buf));
            assertThat(send.failure(type)).hasMessageContaining("send").hasMessageContaining(name)
                    .hasMessageContaining("127.0.0.1");
            assertThat(send.moved()).isZero();
            assertThat(buf.getText(UTF_8)).isEqualTo("content");
            sys.failNext(Call.RECV, errno);
            Count receive = loop.start(near.prepareReceive(buf.clear()));
            assertThat(receive.failure(type)).hasMessageContaining("recv").hasMessageContaining(name);
            assertThat(buf.readable()).isZero();
        });
    }

    @Test
    void aShortageOfFdsNamesItsRemedy() throws Throwable {
        run((bed, loop, sys) -> {
            sys.failNext(Call.SOCKET, Errno.EMFILE);
            Outcome<AsyncSocket> socket = loop.start(loop.ring().net().prepareSocket(Transport.TCP4.family()));
            assertThat(socket.failure(ErrnoException.class)).hasMessageContaining("ulimit -n");
            sys.failNext(Call.SOCKET, Errno.ENFILE);
            var listen = loop.start(loop.ring().net().prepareListen(Transport.TCP4.unused(bed.directory())));
            assertThat(listen.failure(ErrnoException.class)).hasMessageContaining("fs.file-max");
        });
    }

    @Test
    void aCloseThatFailsIsToldToWhoAskedForIt() throws Throwable {
        run((bed, loop, sys) -> {
            Path path = Files.writeString(bed.directory().resolve("file"), "x");
            AsyncFile file = loop.await(loop.ring().files().prepareOpen(path));
            sys.failNext(Call.CLOSE, Errno.EIO);
            ErrnoException failure = loop.start(file.prepareClose()).failure(ErrnoException.class);
            assertThat(failure.errnoName()).isEqualTo("EIO");
            assertThat(failure).hasMessageContaining("close").hasMessageContaining(path.toString());
        });
    }

    @Test
    void anInterruptedCloseHasHappened() throws Throwable {
        run((bed, loop, sys) -> {
            Path path = Files.writeString(bed.directory().resolve("file"), "x");
            AsyncFile file = loop.await(loop.ring().files().prepareOpen(path));
            int closes = sys.count(Call.CLOSE);
            sys.failNext(Call.CLOSE, Errno.EINTR);
            loop.await(file.prepareClose());
            assertThat(sys.count(Call.CLOSE)).isEqualTo(closes + 1);
        });
    }

    @Test
    void aPartThatWasWrittenBeforeAFailureIsCounted() throws Throwable {
        run((bed, loop, sys) -> {
            Pair pair = Pair.open(bed, loop, Transport.TCP4, 4096);
            pair.nearSendsThroughASmallBuffer();
            Buf buf = loop.bufferOf(new byte[1 << 20]);
            Count send = loop.start(pair.near().prepareSendAll(buf));
            loop.settle();
            sys.failNext(Call.SEND, Errno.ENOMEM);
            pair.farReceives(1);
            loop.until("the send has ended", () -> {
                pair.farReceives(1);
                return send.isDone();
            });
            send.failure(ErrnoException.class);
            assertThat(send.moved()).isPositive();
            assertThat(buf.readable()).isEqualTo((1 << 20) - send.moved());
        });
    }
}
