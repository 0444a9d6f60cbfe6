package dev.ringway.internal.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.ringway.internal.op.Task;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.III_Result;

/// The race between going to sleep and being woken, for which [WakeFlag] exists.
public final class WakeFlagStress {
    private WakeFlagStress() {}

    private static Task task() {
        return new Task() {
            @Override
            public void run() {}
        };
    }

    private static int one(boolean yes) {
        return yes ? 1 : 0;
    }

    /// A sleeper that has not seen the task is woken by its poster.
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Sleeps, and is woken.")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "Has seen the task, and is woken for nothing.")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Has seen the task.")
    @Outcome(id = "1, 0", expect = FORBIDDEN, desc = "Sleeps for ever.")
    @State
    public static class SleeperAndPoster {
        private final WakeFlag flag = new WakeFlag();
        private final Inbox inbox = new Inbox(8);

        @Actor
        public void owner(II_Result r) {
            flag.sleeping();
            r.r1 = one(inbox.isEmpty());
        }

        @Actor
        public void poster(II_Result r) {
            inbox.add(task(), false);
            r.r2 = one(flag.mustWake());
        }
    }

    /// Of two posters one writes to the wake fd.
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "The first one writes.")
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "The second one writes.")
    @Outcome(expect = FORBIDDEN, desc = "None, both, or the account is wrong.")
    @State
    public static class TwoPosters {
        private final WakeFlag flag = new WakeFlag();

        public TwoPosters() {
            flag.sleeping();
        }

        @Actor
        public void first(III_Result r) {
            r.r1 = one(flag.mustWake());
        }

        @Actor
        public void second(III_Result r) {
            r.r2 = one(flag.mustWake());
        }

        @Arbiter
        public void account(III_Result r) {
            flag.awake();
            r.r3 = (int) flag.owed();
        }
    }

    /// Whoever is told to write while the sleeper wakes up by itself, that write is owed.
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Awake before.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Told to write, and accounted for.")
    @Outcome(expect = FORBIDDEN, desc = "A write that nobody expects, or one that never comes.")
    @State
    public static class WakingUpAndPoster {
        private final WakeFlag flag = new WakeFlag();

        public WakingUpAndPoster() {
            flag.sleeping();
        }

        @Actor
        public void owner() {
            flag.awake();
        }

        @Actor
        public void poster(II_Result r) {
            r.r1 = one(flag.mustWake());
        }

        @Arbiter
        public void account(II_Result r) {
            r.r2 = (int) flag.owed();
        }
    }

    /// The same at the end, when the wake fd is about to be closed.
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Closed before.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "Told to write, and waited for.")
    @Outcome(expect = FORBIDDEN, desc = "A write to a descriptor that is closed, or a wait without end.")
    @State
    public static class ClosingAndPoster {
        private final WakeFlag flag = new WakeFlag();

        public ClosingAndPoster() {
            flag.sleeping();
        }

        @Actor
        public void owner() {
            flag.close();
        }

        @Actor
        public void poster(II_Result r) {
            r.r1 = one(flag.mustWake());
        }

        @Arbiter
        public void account(II_Result r) {
            r.r2 = (int) flag.owed();
        }
    }
}
