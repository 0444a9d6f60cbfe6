package dev.ringway;

import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.process.BlockedSignals;
import dev.ringway.internal.op.process.OpenSignals;
import dev.ringway.internal.op.process.ReceiveSignal;
import dev.ringway.internal.op.process.ReceiveSignalEach;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Signals to this process, received like anything else. Got from [RingProcesses#signals].
///
/// Receives run one at a time in the order they were started, and none while an iteration receives: one more throws
/// [java.nio.channels.ReadPendingException]. A signal that came and that nobody got, because its receiver was
/// cancelled, comes first in the next receive. Closing this leaves the signals blocked, and those that come pending: a
/// new one receives them. See `man 2 signalfd`.
///
/// With kqueue the ring's own queue tells of signals (EVFILT_SIGNAL in `man 2 kqueue`), and what differs is: of those
/// that come while nothing is open for them nobody is told; who has sent one is not known; all that are open for the
/// same signal are told of it, rather than one of them; and there is no fd, so that [#poll] fails with EOPNOTSUPP.
public final class AsyncSignals extends AsyncFd {
    private final Set<Signal> signals;

    AsyncSignals(Handle handle, Set<Signal> signals) {
        super(handle);
        this.signals = signals;
    }

    @Override
    AsyncSignals to(Handle other) {
        return new AsyncSignals(other, signals);
    }

    static AsyncSignals open(Driver driver, Signal... wanted) throws IOException {
        Set<Signal> signals = Set.copyOf(List.of(wanted));
        if (signals.isEmpty()) {
            throw new IllegalArgumentException("signals: none is named; name those to receive");
        }
        long mask = 0;
        for (Signal signal : signals) {
            mask |= 1L << (signal.number() - 1);
        }
        requireBlocked(driver, signals);
        Handle handle = OpenSignals.open(driver, mask, signals.toString());
        return new AsyncSignals(handle, signals);
    }

    private static void requireBlocked(Driver driver, Set<Signal> signals) throws IOException {
        long blocked = BlockedSignals.everywhere(driver.sys());
        Set<Signal> loose = new LinkedHashSet<>();
        StringBuilder reasons = new StringBuilder();
        for (Signal signal : signals) {
            if ((blocked >>> (signal.number() - 1) & 1) == 0) {
                loose.add(signal);
                reasons.append("; ").append(signal).append(": ").append(BlockedSignals.reason(signal.number()));
            }
        }
        if (!loose.isEmpty()) {
            throw new SignalNotBlockedException(OpenSignals.call(driver) + " of " + signals
                    + ": not every thread of this process blocks " + loose
                    + ", so that they would not be received" + reasons, loose);
        }
    }

    /// Which signals.
    public Set<Signal> signals() {
        return signals;
    }

    /// Receives one signal. See `man 2 signalfd`.
    public Operation<SignalInfo> receive(Completion<? super SignalInfo> done) {
        return prepareReceive().start(done);
    }

    /// The long form of [#receive(Completion)].
    public Operation<SignalInfo> prepareReceive() {
        return new ReceiveSignal(handle);
    }

    /// Receives signals until it is cancelled. See `man 2 signalfd`.
    ///
    /// @param done told once why no more will come
    public Iteration<SignalInfo> receiveEach(
            Each<? super SignalInfo> each, Completion<@Nullable Void> done) {
        return prepareReceiveEach().start(each, done);
    }

    /// The long form of [#receiveEach(Each, Completion)].
    public Iteration<SignalInfo> prepareReceiveEach() {
        return new ReceiveSignalEach(handle);
    }

    /// The signals as a publisher; it never completes.
    ///
    /// One subscriber at a time, signalled on the polling thread; what a subscriber throws cancels its subscription and
    /// goes to the ring's uncaught handler. See `man 2 signalfd`.
    public Flow.Publisher<SignalInfo> receivePublisher() {
        return new IterationPublisher<>(handle.driver, this::prepareReceiveEach);
    }
}
