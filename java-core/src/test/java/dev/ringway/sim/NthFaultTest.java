package dev.ringway.sim;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSocket;
import dev.ringway.Buf;
import dev.ringway.IntOperation;
import dev.ringway.Operation;
import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.testing.Count;
import dev.ringway.testing.CountingSys.Call;
import dev.ringway.testing.Items;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Recorded;
import dev.ringway.testing.Row;
import dev.ringway.testing.TestBed;
import dev.ringway.testing.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Fails the n-th system call of each kind, n = 1, 2, 3 …, until a whole scenario passes without the fault. Every time:
/// typed errors only, nothing hangs, nothing is left.
class NthFaultTest {
    private static final int AT_MOST = 100;
    private static final Set<Call> IN_EVERY_RUN = Set.of(
            Call.MMAP, Call.EPOLL_CREATE, Call.EVENTFD, Call.EPOLL_CTL, Call.SOCKET, Call.BIND, Call.LISTEN,
            Call.SETSOCKOPT, Call.CONNECT, Call.ACCEPT, Call.RECV, Call.SEND, Call.SHUTDOWN, Call.CLOSE,
            Call.GETSOCKNAME, Call.GETPEERNAME, Call.OPENAT, Call.READ, Call.WRITE, Call.PREAD, Call.PWRITE,
            Call.FSYNC, Call.FDATASYNC, Call.FTRUNCATE, Call.FALLOCATE, Call.FADVISE, Call.STATX, Call.MKDIR,
            Call.UNLINK, Call.RENAME);

    @ParameterizedTest(name = "{0}")
    @EnumSource(Transport.class)
    void whicheverCallFailsNothingIsLost(Transport transport) throws Throwable {
        for (Call call : Call.values()) {
            int n = 1;
            while (fails(call, n, transport)) {
                n++;
                assertThat(n).as("calls of " + call).isLessThan(AT_MOST);
            }
            assertThat(n > 1 || !IN_EVERY_RUN.contains(call)).as(call + " has been made to fail").isTrue();
        }
    }

    /// Whether there was an n-th call to fail.
    private static boolean fails(Call call, int n, Transport transport) throws Throwable {
        Scenario scenario = new Scenario(call, n, transport);
        TestBed.run(Row.SIMULATED, call + " " + n, scenario::run);
        return scenario.sys.hasFailed();
    }

    /// Listen, connect, accept, echo, end; a file; and an end in the midst of things.
    private static final class Scenario {
        private final FaultySys sys = new FaultySys(new LinuxSys(), 0, false);
        private final Transport transport;
        private final List<Recorded> all = new ArrayList<>();
        private Loop loop;
        private boolean failed;

        Scenario(Call call, int n, Transport transport) {
            this.transport = transport;
            sys.failNth(call, n);
        }

        void run(TestBed bed) throws Exception {
            try {
                loop = bed.loop(options -> options.sys = sys);
            } catch (UncheckedIOException | OutOfMemoryError refused) {
                assertThat(sys.hasFailed()).isTrue();
                return;
            }
            loop.turn();
            network(bed);
            if (!failed) {
                file(bed);
            }
            loop.closeRing();
            for (Recorded each : all) {
                Throwable failure = each.failure();
                assertThat(failure == null || failure instanceof IOException).as("a typed error: " + each).isTrue();
            }
        }

        private void network(TestBed bed) {
            AsyncListener listener = value(loop.ring().net().prepareListen(transport.unused(bed.directory())));
            SocketAddress address = failed ? null : value(listener.prepareLocalAddress());
            if (failed) {
                return;
            }
            Items<AsyncSocket> accepts = loop.start(listener.prepareAcceptEach());
            all.add(accepts);
            loop.settle();
            AsyncSocket near = value(loop.ring().net().prepareConnect(address));
            loop.pass(Duration.ofMillis(20)); // an accept without an fd waits
            if (failed || accepts.size() == 0) {
                return;
            }
            value(near.preparePeerAddress());
            AsyncSocket far = accepts.items().getFirst();
            Items<Buf> echo = loop.start(far.prepareReceiveEach(loop.pool(2, 64)), lease -> {
                all.add(loop.start(far.prepareSendAll(lease)));
            });
            all.add(echo);
            loop.settle();
            Buf buf = loop.bufferOf("hello");
            count(near.prepareSendAll(buf));
            loop.settle();
            if (!failed && loop.sys().count(Call.SEND) > 1 && !echo.isDone()) {
                count(near.prepareReceive(loop.buffer(10)));
            }
            value(near.prepareShutdownOutput());
            all.add(loop.start(near.prepareReceive(loop.buffer(10))));
            all.add(loop.start(listener.prepareAccept()));
            loop.settle();
            value(near.prepareClose());
            listener.close();
        }

        private void file(TestBed bed) {
            AsyncFile file = value(loop.ring().files()
                    .prepareOpen(bed.directory().resolve("file"), READ, WRITE, CREATE));
            if (!failed) {
                count(file.prepareWriteAll(loop.bufferOf("content")));
                count(file.prepareWriteAll(loop.bufferOf("C")).at(0));
                count(file.prepareReadN(loop.buffer(7), 7).from(0));
                count(file.prepareRead(loop.buffer(7)));
                value(file.prepareSync());
                value(file.prepareSyncData());
                value(file.prepareAllocate(0, 4096));
                value(file.prepareTruncate(10));
                value(file.prepareAdvise(0, 0, AsyncFile.Advice.WILL_NEED));
                value(file.prepareMetadata());
                value(loop.ring().files().prepareCreateDirectory(bed.directory().resolve("new")));
                value(loop.ring().files()
                        .prepareRename(bed.directory().resolve("new"), bed.directory().resolve("newer")));
                value(loop.ring().files().prepareDeleteDirectory(bed.directory().resolve("newer")));
                value(file.prepareClose());
            }
        }

        private <T> T value(Operation<T> operation) {
            if (failed) {
                return null;
            }
            Outcome<T> outcome = loop.start(operation);
            all.add(outcome);
            failed = outcome.failure() != null;
            return outcome.valueOrNull();
        }

        private void count(IntOperation operation) {
            if (!failed) {
                Count count = loop.start(operation);
                all.add(count);
                failed = count.failure() != null;
            }
        }
    }
}
