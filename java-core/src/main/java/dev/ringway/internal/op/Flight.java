package dev.ringway.internal.op;

import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/// What a ring tells JDK Flight Recorder; all of it on the polling thread.
///
/// There is none for as long as nobody has recorded: to initialize the class of an event starts the recorder, which
/// takes a tenth of a second and more. Whether somebody has is one field of its class. Where the module `jdk.jfr` is
/// missing there never is one.
public interface Flight {
    /// For a ring of this name, if somebody records, or has recorded.
    static @Nullable Flight of(String ring) {
        return Recorder.PRESENT && Recorder.hasBegun() ? new RecordedFlight(ring) : null;
    }

    /// After a turn: what it handled, and all that there has been so far.
    void turned(int handled, long enters, long submitted, long overflows, long exhaustions);

    /// An operation begins.
    ///
    /// @return what [#ended] gets, or null if nobody wants to know
    @Nullable Object began(Op op);

    /// It has ended.
    void ended(Op op, Object began);

    /// A result is about to be delivered.
    ///
    /// @return what [#delivered] gets, or null if nobody wants to know
    @Nullable Object delivering();

    /// Its callback has returned.
    void delivered(Op op, Object delivering);

    /// An fd was dropped without being closed.
    void dropped(Handle handle);

    /// Apart, so that nothing else needs the recorder's class.
    final class Recorder {
        private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

        private Recorder() {}

        private static boolean hasBegun() {
            return FlightRecorder.isInitialized();
        }
    }
}
