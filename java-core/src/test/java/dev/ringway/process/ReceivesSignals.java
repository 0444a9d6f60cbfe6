package dev.ringway.process;

import dev.ringway.AsyncSignals;
import dev.ringway.Backend;
import dev.ringway.Iteration;
import dev.ringway.ProcessTarget;
import dev.ringway.Ring;
import dev.ringway.Signal;
import dev.ringway.SignalInfo;
import dev.ringway.SignalNotBlockedException;
import java.nio.channels.InterruptedByTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    private ReceivesSignals() {}

    /// @param args the backends
    public static void main(String[] args) throws Exception {
        for (String backend : args) {
            try (Ring ring = Ring.builder().backend(Backend.valueOf(backend)).start("signals")) {
                List<Signal> received = received(ring);
                for (Signal signal : received) {
                    alone(ring, signal);
                    fromAnotherThread(ring, signal);
                    oneAfterTheOther(ring, signal);
                }
                System.out.println(backend + " received: " + numbers(received));
                bothOfTwo(ring);
                usableAfterErrors(ring);
                cleanUp(ring);
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
            }
        }
        System.out.println("refused: " + numbers(refused));
        return received;
    }

    private static void send(Ring ring, Signal signal) throws Exception {
        ring.processes().prepareSend(ProcessTarget.of(PID), signal).join();
    }

    private static void requireIsOurs(SignalInfo info, Signal signal) throws Exception {
        require(info.signal() == signal && info.pid() == PID && info.user() >= 0, info + ", not " + signal);
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
            requireIsOurs(receive(signals), signal);
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
            requireIsOurs(required(queue), signal);
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
                requireIsOurs(required(queue), signal);
            }
            each.pause();
            ring.prepareNop().join(); // behind the pause
            send(ring, signal);
            Thread.sleep(5); // it may be taken by now, or not
            each.cancel();
            require(ends.poll(20, TimeUnit.SECONDS) != null, "the iteration has not ended");
            requireIsOurs(receive(signals), signal); // nobody got it, so that it is the next one's
        }
    }

    private static void bothOfTwo(Ring ring) throws Exception {
        try (AsyncSignals signals = ring.processes().signals(Signal.USR1, Signal.realTime(3))) {
            send(ring, Signal.USR1);
            send(ring, Signal.realTime(3));
            send(ring, Signal.realTime(3));
            requireIsOurs(receive(signals), Signal.USR1);
            requireIsOurs(receive(signals), Signal.realTime(3));
            requireIsOurs(receive(signals), Signal.realTime(3));
        }
    }

    private static void usableAfterErrors(Ring ring) throws Exception {
        try (AsyncSignals signals = ring.processes().signals(Signal.USR1)) {
            for (int i = 0; i < 3; i++) {
                try {
                    require(false, signals.prepareReceive().timeout(Duration.ofMillis(5)).join());
                } catch (InterruptedByTimeoutException expected) {
                    send(ring, Signal.USR1);
                    requireIsOurs(receive(signals), Signal.USR1);
                }
            }
        }
    }

    /// Closing leaves the process as it was: what comes afterwards waits for whoever is next.
    private static void cleanUp(Ring ring) throws Exception {
        ring.processes().signals(Signal.TERM).close();
        send(ring, Signal.TERM);
        try (AsyncSignals signals = ring.processes().signals(Signal.TERM)) {
            requireIsOurs(receive(signals), Signal.TERM);
        }
    }
}
