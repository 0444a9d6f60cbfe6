package dev.ringway.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.testing.Row;
import dev.ringway.testing.TestBed;
import org.junit.jupiter.api.Test;

/// Echoes under many seeds. `-Dringway.seeds=10000` is for the night.
class SimTest {
    private static final int SEEDS = Integer.getInteger("ringway.seeds", 40);

    @Test
    void everySeedEchoesEveryByte() throws Throwable {
        for (long seed = Row.SEED; seed < Row.SEED + SEEDS; seed++) {
            echo(new FaultySys(new LinuxSys(), seed, true));
        }
    }

    /// A simulation that finds nothing proves nothing: here is something to be found.
    @Test
    void aPlantedBugIsFound() {
        Throwable found = null;
        for (long seed = 1; seed <= 10 && found == null; seed++) {
            FaultySys planted = new TakesSendsForWhole(seed, true);
            found = catchThrowable(() -> echo(planted));
        }
        assertThat(found).isInstanceOf(AssertionError.class);
    }

    /// And without the simulation it would not be.
    @Test
    void onAHelpfulKernelThePlantedBugIsNotNoticed() throws Throwable {
        echo(new TakesSendsForWhole(1, false));
    }

    @Test
    void theSeedOfAFailureIsTold() {
        Throwable failure = catchThrowable(() -> TestBed.run(Row.SIMULATED, "fails", bed -> {
            throw new AssertionError("thrown by a test");
        }));
        assertThat(failure.getSuppressed()).anySatisfy(told ->
                assertThat(told).hasMessageContaining("-Dringway.seed=" + Row.SEED));
    }

    private static void echo(FaultySys sys) throws Throwable {
        TestBed.run(Row.SIMULATED, "seed " + sys.seed(), bed ->
                new Echoes(bed, bed.loop(options -> options.sys = sys), sys.seed()).run());
    }

    /// The bug: it does not look at how much was sent.
    private static final class TakesSendsForWhole extends FaultySys {
        TakesSendsForWhole(long seed, boolean mischief) {
            super(new LinuxSys(), seed, mischief);
        }

        @Override
        public int send(int fd, long address, int length, int flags) {
            int res = super.send(fd, address, length, flags);
            return res < 0 ? res : length;
        }
    }
}
