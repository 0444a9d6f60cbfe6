package dev.ringway.internal.op.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Signal;
import dev.ringway.internal.ffi.BsdSys;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.LinuxSys;
import org.junit.jupiter.api.Test;

/// What is asked of signals where a process cannot be asked for the masks of its threads.
class BlockedSignalsTest {
    private final BsdSys sys = new BsdSys();

    private static boolean has(long signals, Signal signal) {
        return (signals >>> (signal.number() - 1) & 1) != 0;
    }

    @Test
    void whatTheJvmHandlesAndWhatWouldEndItAreNotHarmless() {
        assertThat(sys.signalAction(Signal.SEGV.number())).isEqualTo(2);
        assertThat(sys.signalAction(Signal.WINCH.number())).isEqualTo(1);
        assertThat(sys.signalAction(Signal.USR1.number())).isEqualTo(1);
        long harmless = BlockedSignals.harmless(sys);
        assertThat(has(harmless, Signal.SEGV)).isFalse();
        assertThat(has(harmless, Signal.USR1)).isFalse();
        assertThat(has(harmless, Signal.WINCH)).isTrue();
        assertThat(has(harmless, Signal.CHLD)).isTrue();
    }

    /// One that the system does not have is said to be so when it is added.
    @Test
    void numbersThatAreNoSignals() {
        assertThat(sys.signalAction(0)).isEqualTo(-Errno.EINVAL);
        assertThat(sys.signalAction(65)).isEqualTo(-Errno.EINVAL);
        assertThat(sys.signalAction(33)).as("the C library's own").isEqualTo(-Errno.EINVAL);
        assertThat(has(BlockedSignals.harmless(sys), Signal.of(33))).isTrue();
    }

    @Test
    void linuxIsAskedByThread() throws Exception {
        assertThat(new LinuxSys().signalAction(Signal.USR1.number())).isEqualTo(-Errno.ENOSYS);
        assertThat(has(BlockedSignals.everywhere(new LinuxSys()), Signal.WINCH)).as("though it does nothing").isFalse();
    }
}
