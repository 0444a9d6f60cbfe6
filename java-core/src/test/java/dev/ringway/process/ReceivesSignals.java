package dev.ringway.process;

import dev.ringway.AsyncSignals;
import dev.ringway.Backend;
import dev.ringway.ErrnoException;
import dev.ringway.Iteration;
import dev.ringway.ProcessTarget;
import dev.ringway.Readiness;
import dev.ringway.Ring;
import dev.ringway.Signal;
import dev.ringway.SignalInfo;
import dev.ringway.SignalNotBlockedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A program for another process, started with signals blocked: receives each of them in every way.
///
/// It says which were refused, and a line for each way and backend; whatever is not as it should be ends it with a
/// stack trace and a status of 1.
final class ReceivesSignals {
    private static final long PID = ProcessHandle.current().pid();
    private static final int USER = user();

    private ReceivesSignals() {}

    private static int user() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param args the backends
    public static void main(String[] args) throws Exception {
        for (String backend : args) {
            try (Ring ring = Ring.builder().backend(Backend.valueOf(backend)).directDescriptors(1).start("signals")) {
                List<Signal> received = received(ring);
                for (Signal signal : received) {
                    alone(ring, signal);
                    fromAnotherThread(ring, signal);
                    oneAfterTheOther(ring, signal);
                }
                System.out.println(backend + " received: " + numbers(received));
                bothOfTwo(ring);
                usableAfterErrors(ring);
                twoForOneSignal(ring);
                pollsOrSaysWhyNot(ring);
                cleanUp(ring);
                asDirectDescriptor(ring, received);
                System.out.println(backend + " in flight: " + ring.inFlight());
            }
        }
    }

    private static String numbers(List<Signal> signals) {
        return signals.stream().map(signal -> Integer.toString(signal.number())).collect(Collectors.joining(" "));
    }

    private static List<Signal> received(Ring ring) throws Exception {
        List<Signal> received = new ArrayList<>();
        List<Signal> refused = new ArrayList<>();
        for (int number = 1; number <= 64; number++) {
            Signal signal = Signal.of(number);
            try {
                ring.processes().signals(signal).close();
                received.add(signal);
            } catch (SignalNotBlockedException e) {
                require(e.signals().contains(signal) && e.getMessage().contains(signal + ": "), e);
                refused.add(signal);
            } catch (ErrnoException e) { // the library knows one fewer than there are
                require(number == 64 && !tellsSender(ring) && e.errnoName().equals("EINVAL"), e);
            }
        }
        System.out.println("refused: " + numbers(refused));
        return received;
    }

    private static void send(Ring ring, Signal signal) throws Exception {
        ring.processes().prepareSend(ProcessTarget.of(PID), signal).join();
    }

    /// kqueue tells how often a signal came, and not from whom.
    private static boolean tellsSender(Ring ring) {
        return ring.backend().kind() != Backend.KQUEUE;
    }

    private static void requireIsOurs(Ring ring, SignalInfo info, Signal signal) throws Exception {
        boolean sender = tellsSender(ring)
                ? info.pid() == PID && info.user() == USER
                : info.pid() == SignalInfo.UNKNOWN && info.user() == SignalInfo.UNKNOWN;
        require(info.signal() == signal && sender, info + ", not " + signal);
    }

    private static void require(boolean holds, Object what) throws Exception {
        if (!holds) {
            throw new Exception("wrong: " + what);
        }
    }

    private static SignalInfo receive(AsyncSignals signals) throws Exception {
        return signals.prepareReceive().timeout(Duration.ofSeconds(20)).join();
    }

    private static void alone(Ring ring, Signal signal) throws Exception {
        try (AsyncSignals signals = ring.processes().signals(signal)) {
            require(signals.signals().contains(signal), signals);
            send(ring, signal);
            requireIsOurs(ring, receive(signals), signal);
        }
    }

    /// One that was started after the signals were opened, while the receive waits.
    private static void fromAnotherThread(Ring ring, Signal signal) throws Exception {
        try (AsyncSignals signals = ring.processes().signals(signal)) {
            BlockingQueue<SignalInfo> queue = new LinkedBlockingQueue<>();
            signals.receive((info, failure) -> queue.add(info));
            Thread sender = Thread.ofPlatform().start(() -> {
                try {
                    send(ring, signal);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            sender.join();
            requireIsOurs(ring, required(queue), signal);
        }
    }

    private static SignalInfo required(BlockingQueue<SignalInfo> queue) throws Exception {
        SignalInfo info = queue.poll(20, TimeUnit.SECONDS);
        require(info != null, "nothing has come");
        return info;
    }

    private static void oneAfterTheOther(Ring ring, Signal signal) throws Exception {
        try (AsyncSignals signals = ring.processes().signals(signal)) {
            BlockingQueue<SignalInfo> queue = new LinkedBlockingQueue<>();
            BlockingQueue<Throwable> ends = new LinkedBlockingQueue<>();
            Iteration<SignalInfo> each = signals.receiveEach(queue::add, (nothing, failure) -> ends.add(failure));
            for (int i = 0; i < 3; i++) {
                send(ring, signal);
                requireIsOurs(ring, required(queue), signal);
            }
            each.pause();
            ring.prepareNop().join(); // behind the pause
            send(ring, signal);
            Thread.sleep(5); // it may be taken by now, or not
            each.cancel();
            require(ends.poll(20, TimeUnit.SECONDS) != null, "the iteration has not ended");
            requireIsOurs(ring, receive(signals), signal); // nobody got it, so that it is the next one's
        }
    }

    private static void bothOfTwo(Ring ring) throws Exception {
        try (AsyncSignals signals = ring.processes().signals(Signal.USR1, Signal.realTime(3))) {
            send(ring, Signal.USR1);
            send(ring, Signal.realTime(3));
            send(ring, Signal.realTime(3));
            requireIsOurs(ring, receive(signals), Signal.USR1);
            requireIsOurs(ring, receive(signals), Signal.realTime(3));
            requireIsOurs(ring, receive(signals), Signal.realTime(3));
        }
    }

    private static void usableAfterErrors(Ring ring) throws Exception {
        try (AsyncSignals signals = ring.processes().signals(Signal.USR1)) {
            for (int i = 0; i < 3; i++) {
                try {
                    require(false, signals.prepareReceive().timeout(Duration.ofMillis(5)).join());
                } catch (InterruptedByTimeoutException expected) {
                    send(ring, Signal.USR1);
                    requireIsOurs(ring, receive(signals), Signal.USR1);
                }
            }
        }
    }

    /// On io_uring; elsewhere it cannot be made.
    private static void asDirectDescriptor(Ring ring, List<Signal> received) throws Exception {
        for (Signal signal : received) {
            try (AsyncSignals signals = ring.processes().signals(signal)) {
                if (ring.backend().kind() != Backend.IO_URING) {
                    try {
                        require(false, ring.prepareToDirectDescriptor(signals).join());
                    } catch (ErrnoException expected) {
                        require(expected.errnoName().equals("EOPNOTSUPP"), expected);
                    }
                    continue;
                }
                try (AsyncSignals direct = ring.prepareToDirectDescriptor(signals).join()) {
                    require(direct.signals().equals(Set.of(signal)), direct);
                    BlockingQueue<SignalInfo> queue = new LinkedBlockingQueue<>();
                    direct.receive((info, failure) -> queue.add(info));
                    Thread.sleep(1);
                    send(ring, signal);
                    requireIsOurs(ring, required(queue), signal);
                    Iteration<SignalInfo> each = direct.receiveEach(queue::add, (nothing, failure) -> {});
                    send(ring, signal);
                    requireIsOurs(ring, required(queue), signal);
                    each.cancel();
                }
            }
        }
        Backend backend = ring.backend().kind();
        System.out.println(backend.name() + " direct: " + (backend == Backend.IO_URING ? numbers(received) : "none"));
    }

    /// Closing leaves the process as it was: what comes afterwards waits for whoever is next. A queue tells only of
    /// what comes while somebody listens.
    private static void cleanUp(Ring ring) throws Exception {
        ring.processes().signals(Signal.TERM).close();
        send(ring, Signal.TERM);
        try (AsyncSignals signals = ring.processes().signals(Signal.TERM)) {
            if (tellsSender(ring)) {
                requireIsOurs(ring, receive(signals), Signal.TERM);
            } else {
                requireNothingHasCome(signals);
                send(ring, Signal.TERM);
                requireIsOurs(ring, receive(signals), Signal.TERM);
            }
        }
    }

    private static void requireNothingHasCome(AsyncSignals signals) throws Exception {
        try {
            require(false, signals.prepareReceive().timeout(Duration.ofMillis(20)).join());
        } catch (InterruptedByTimeoutException expected) {
            require(signals.isOpen(), signals);
        }
    }

    /// Of two that listen to the same signal on one ring a signalfd gives it to one, and a queue tells both.
    private static void twoForOneSignal(Ring ring) throws Exception {
        BlockingQueue<SignalInfo> queue = new LinkedBlockingQueue<>();
        try (AsyncSignals one = ring.processes().signals(Signal.USR1)) {
            one.receiveEach(queue::add, (nothing, failure) -> {});
            try (AsyncSignals other = ring.processes().signals(Signal.USR1)) {
                other.receiveEach(queue::add, (nothing, failure) -> {});
                ring.prepareNop().join();
                send(ring, Signal.USR1);
                requireIsOurs(ring, required(queue), Signal.USR1);
                require(tellsSender(ring) || queue.poll(20, TimeUnit.SECONDS) != null, "only one was told");
            }
            send(ring, Signal.USR1);
            requireIsOurs(ring, required(queue), Signal.USR1);
            require(queue.poll(5, TimeUnit.MILLISECONDS) == null, "told twice");
        }
    }

    /// Where there is no fd there is none to poll.
    private static void pollsOrSaysWhyNot(Ring ring) throws Exception {
        try (AsyncSignals signals = ring.processes().signals(Signal.USR1)) {
            send(ring, Signal.USR1);
            try {
                signals.preparePoll(Readiness.READABLE).timeout(Duration.ofSeconds(20)).join();
                require(tellsSender(ring), "polled");
            } catch (ErrnoException refused) {
                require(!tellsSender(ring) && refused.errnoName().equals("EOPNOTSUPP"), refused);
                require(refused.getMessage().contains("it has no fd on this backend"), refused);
            }
            requireIsOurs(ring, receive(signals), Signal.USR1);
        }
    }
}
