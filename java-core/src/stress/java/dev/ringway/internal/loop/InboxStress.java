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
import org.openjdk.jcstress.infra.results.L_Result;

/// Adding to an [Inbox] against adding, taking and closing.
public final class InboxStress {
    private InboxStress() {}

    private static final class Named extends Task {
        private final char name;

        Named(char name) {
            this.name = name;
        }

        @Override
        public void run() {}
    }

    private static String names(Task first) {
        StringBuilder names = new StringBuilder();
        for (Task task = first; task != null; task = task.nextPosted) {
            names.append(((Named) task).name);
        }
        return names.toString();
    }

    /// Two threads add two tasks each.
    @JCStressTest
    @Outcome(id = "abAB|aAbB|aABb|AabB|AaBb|ABab", expect = ACCEPTABLE, desc = "Everything, each thread's in order.")
    @Outcome(expect = FORBIDDEN, desc = "Something is lost, came twice, or overtook.")
    @State
    public static class TwoAdd {
        private final Inbox inbox = new Inbox(8);

        @Actor
        public void small() {
            inbox.add(new Named('a'), false);
            inbox.add(new Named('b'), false);
        }

        @Actor
        public void large() {
            inbox.add(new Named('A'), false);
            inbox.add(new Named('B'), false);
        }

        @Arbiter
        public void taken(L_Result r) {
            r.r1 = names(inbox.takeAll());
        }
    }

    /// One thread adds three tasks, the owner takes twice; what is left is taken at the end.
    @JCStressTest
    @Outcome(id = "abc", expect = ACCEPTABLE, desc = "Everything, in order, in whatever parts.")
    @Outcome(expect = FORBIDDEN, desc = "Something is lost, came twice, or overtook.")
    @State
    public static class OneAddsOneTakes {
        private final Inbox inbox = new Inbox(8);
        private String taken = "";

        @Actor
        public void poster() {
            inbox.add(new Named('a'), false);
            inbox.add(new Named('b'), false);
            inbox.add(new Named('c'), false);
        }

        @Actor
        public void owner() {
            taken = names(inbox.takeAll());
            taken += names(inbox.takeAll());
        }

        @Arbiter
        public void rest(L_Result r) {
            r.r1 = taken + names(inbox.takeAll());
        }
    }

    /// A task that was taken in before the close is in its last batch; one that was not is refused.
    @JCStressTest
    @Outcome(id = "YES a", expect = ACCEPTABLE, desc = "Before the close.")
    @Outcome(id = "CLOSED ", expect = ACCEPTABLE, desc = "After it.")
    @Outcome(expect = FORBIDDEN, desc = "Taken in and left behind, or refused and run.")
    @State
    public static class ClosingLosesNothing {
        private final Inbox inbox = new Inbox(8);
        private Inbox.Added added = Inbox.Added.FULL;
        private String batch = "";

        @Actor
        public void poster() {
            added = inbox.add(new Named('a'), true);
        }

        @Actor
        public void owner() {
            batch = names(inbox.close());
        }

        @Arbiter
        public void result(L_Result r) {
            r.r1 = added + " " + batch;
        }
    }

    /// With room for one, one of two comes in.
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "The first one comes in.")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "The second one comes in.")
    @Outcome(expect = FORBIDDEN, desc = "Both, or none.")
    @State
    public static class TheLimitHolds {
        private final Inbox inbox = new Inbox(1);

        @Actor
        public void first(II_Result r) {
            r.r1 = inbox.add(new Named('a'), false).ordinal();
        }

        @Actor
        public void second(II_Result r) {
            r.r2 = inbox.add(new Named('b'), false).ordinal();
        }
    }
}
