package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringway.ErrnoException;
import dev.ringway.ProcessTarget;
import dev.ringway.Ring;
import dev.ringway.RingProcesses;
import dev.ringway.Signal;
import dev.ringway.WaitOption;
import dev.ringway.WaitStatus;
import dev.ringway.WaitStatus.Code;
import dev.ringway.internal.ffi.Platform;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Libc;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import dev.ringway.testing.Parity;
import dev.ringway.testing.TestBed;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.InterruptedByTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Waiting for processes: those of the JVM, which knows of their end itself, those of nobody, and strangers.
@EveryBackend
class ProcessTest {
    private static final File NOTHING = new File("/dev/null");

    /// A child of the JVM's, killed at the end of the test.
    private static Process start(TestBed bed, String script) {
        try {
            Process process = new ProcessBuilder("/bin/sh", "-c", script)
                    .redirectInput(NOTHING).redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD).start();
            bed.closing(() -> {
                process.destroyForcibly();
                assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            });
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A child of which the JVM does not know: who waits for it takes its status.
    private static int spawn(String script) {
        return Libc.spawn(true, "/bin/sh", "-c", script);
    }

    private static WaitStatus await(Loop loop, RingProcesses.Wait wait) {
        return value(loop, loop.start(wait));
    }

    /// Where the kernel is asked from time to time, time has to pass.
    private static <T> T value(Loop loop, Outcome<T> outcome) {
        for (int i = 0; i < 1000 && !outcome.isDone(); i++) {
            loop.pass(Duration.ofMillis(10));
            loop.linger(1);
        }
        return outcome.value();
    }

    private static boolean exists(long pid) {
        return Files.exists(Path.of("/proc/" + pid));
    }

    /// Whether it is stopped, or whatever the letter says. See proc(5).
    private static void awaitState(Loop loop, long pid, char state) {
        loop.until("process " + pid + " is " + state, () -> {
            try {
                String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
                return stat.charAt(stat.lastIndexOf(')') + 2) == state;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    // ---- what the JVM has started

    @Test
    @Parity({"process/process_wait_on", "operation/wait_on"})
    void theEndOfAProcess(TestBed bed, Ring ring, Loop loop) throws Exception {
        Process process = start(bed, "true");
        WaitStatus status = await(loop, ring.processes().prepareWaitFor(ProcessTarget.of(process)));
        int me = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        assertThat(status.user()).isIn(me, -1);
        assertThat(status).isEqualTo(new WaitStatus(process.pid(), status.user(), Code.EXITED, 0, null));
        assertThat(status.hasEnded()).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @ParameterizedTest(name = "exit {0}")
    @ValueSource(ints = {1, 3, 9, 15, 127, 255})
    @Parity({"beyond/non_zero_exit_status", "defect/exit_status_is_decoded"})
    void aNumberIsNoSignal(int number, TestBed bed, Ring ring, Loop loop) throws Exception {
        Process process = start(bed, "exit " + number);
        Outcome<WaitStatus> wait = loop.start(ring.processes().prepareWaitFor(ProcessTarget.of(process)));
        WaitStatus status = value(loop, wait);
        assertThat(status.code()).isEqualTo(Code.EXITED);
        assertThat(status.exitStatus()).isEqualTo(number);
        assertThat(status.signal()).isNull();
        assertThat(process.exitValue()).isEqualTo(number);
    }

    /// 128 + 2: for the JVM it is the same as an end by SIGINT, which the kernel can tell apart.
    @Test
    void aNumberThatLooksLikeASignal(TestBed bed, Ring ring, Loop loop, Caps caps) {
        Process process = start(bed, "sleep 0.1; exit 130");
        WaitStatus status = await(loop, ring.processes().prepareWaitFor(ProcessTarget.of(process)));
        if (caps.has(Cap.KNOWS_LATE_EXITS) && Platform.kernelVersion().isAtLeast(6, 15)) {
            assertThat(status.code()).isEqualTo(Code.EXITED);
        }
        if (status.code() == Code.EXITED) {
            assertThat(status.exitStatus()).isEqualTo(130);
        } else {
            assertThat(status.code()).isEqualTo(Code.KILLED);
            assertThat(status.signal()).isSameAs(Signal.INT);
        }
        assertThat(process.exitValue()).isEqualTo(130);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"15, 143", "9, 137", "10, 138"}) // none that a process may have been started to ignore
    @Parity({"process/send_signal", "operation/send_signal"})
    void anEndByASignal(int number, int exitValue, TestBed bed, Ring ring, Loop loop) throws Exception {
        Process process = start(bed, "sleep 100");
        Outcome<WaitStatus> wait = loop.start(ring.processes().prepareWaitFor(ProcessTarget.of(process)));
        loop.settle();
        assertThat(wait.isDone()).isFalse();
        loop.await(ring.processes().prepareSend(ProcessTarget.of(process), Signal.of(number)));
        WaitStatus status = value(loop, wait);
        assertThat(status.code()).isEqualTo(Code.KILLED);
        assertThat(status.signal()).isSameAs(Signal.of(number));
        assertThat(status.exitStatus()).isEqualTo(-1);
        assertThat(status.pid()).isEqualTo(process.pid());
        assertThat(process.exitValue()).isEqualTo(exitValue);
    }

    @Test
    @Parity("process/process_wait_on_process_that_does_not_stop")
    void oneThatDoesNotEndIsWaitedFor(TestBed bed, Ring ring, Loop loop) {
        Process process = start(bed, "sleep 100");
        Outcome<WaitStatus> wait = loop.start(ring.processes().prepareWaitFor(ProcessTarget.of(process)));
        loop.linger(50);
        assertThat(wait.isDone()).isFalse();
        process.destroyForcibly();
        assertThat(value(loop, wait).signal()).isSameAs(Signal.KILL);
    }

    @Test
    @Parity("process/process_wait_on_drop_before_complete")
    void aWaitThatIsDroppedDoesNothing(TestBed bed, Ring ring, Loop loop) throws Exception {
        Process process = start(bed, "sleep 100");
        Outcome<WaitStatus> wait = loop.start(ring.processes().prepareWaitFor(ProcessTarget.of(process)));
        loop.settle();
        wait.cancel();
        wait.failure(CancellationException.class);
        assertThat(process.isAlive()).isTrue();
        RingProcesses.Wait limited = ring.processes().prepareWaitFor(ProcessTarget.of(process));
        Outcome<WaitStatus> late = loop.start(limited.timeout(Duration.ofMillis(10)));
        loop.pass(Duration.ofMillis(20));
        late.failure(InterruptedByTimeoutException.class);
        assertThat(process.isAlive()).isTrue();
        process.destroy();
        assertThat(process.waitFor()).isEqualTo(143);
    }

    @Test
    void oneThatHasEndedLongAgo(TestBed bed, Ring ring, Loop loop) throws Exception {
        Process process = start(bed, "exit 7");
        process.waitFor();
        WaitStatus status = await(loop, ring.processes().prepareWaitFor(ProcessTarget.of(process)));
        assertThat(status.code()).isEqualTo(Code.EXITED);
        assertThat(status.exitStatus()).isEqualTo(7);
        loop.start(ring.processes().prepareWaitFor(ProcessTarget.of(process.toHandle())))
                .failure(ErrnoException.class);
    }

    /// Whoever of the two is quicker: neither loses the status.
    @Test
    void theJvmAndTheRingBothLearnOfEveryEnd(TestBed bed, Ring ring, Loop loop) throws Exception {
        List<Process> processes = new ArrayList<>();
        List<Outcome<WaitStatus>> waits = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Process process = start(bed, "exit " + (i + 1));
            processes.add(process);
            waits.add(loop.start(ring.processes().prepareWaitFor(ProcessTarget.of(process))));
        }
        for (int i = 0; i < 40; i++) {
            assertThat(value(loop, waits.get(i)).exitStatus()).isEqualTo(i + 1);
            assertThat(processes.get(i).exitValue()).isEqualTo(i + 1);
        }
    }

    @Test
    void manyWaitForOne(TestBed bed, Ring ring, Loop loop) {
        Process process = start(bed, "sleep 100");
        List<Outcome<WaitStatus>> waits = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waits.add(loop.start(ring.processes().prepareWaitFor(ProcessTarget.of(process))));
        }
        loop.settle();
        process.destroy();
        waits.forEach(wait -> assertThat(value(loop, wait).signal()).isSameAs(Signal.TERM));
    }

    @Test
    @Parity("defect/wait_keeps_latest_waker")
    void theLatestWakerIsWoken(TestBed bed, Ring ring, Loop loop) {
        Process process = start(bed, "sleep 100");
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        RingProcesses.Wait wait = ring.processes().prepareWaitFor(ProcessTarget.of(process));
        assertThat(wait.poll(first::incrementAndGet)).isFalse();
        loop.settle();
        assertThat(wait.poll(second::incrementAndGet)).isFalse();
        process.destroy();
        for (int i = 0; i < 1000 && second.get() == 0; i++) {
            loop.pass(Duration.ofMillis(10));
            loop.linger(1);
        }
        assertThat(second).hasValue(1);
        assertThat(first).hasValue(0);
        assertThat(wait.poll(first::incrementAndGet)).isTrue();
    }

    // ---- what nobody else waits for

    @Test
    @Parity("operation/wait")
    void aChildByItsNumberIsTakenLeaveOf(Ring ring, Loop loop) {
        int pid = spawn("exit 130");
        WaitStatus status = await(loop, ring.processes().prepareWaitFor(ProcessTarget.of(pid)));
        assertThat(status.code()).isEqualTo(Code.EXITED);
        assertThat(status.exitStatus()).isEqualTo(130);
        assertThat(status.pid()).isEqualTo(pid);
        assertThat(status.user()).isNotNegative();
        assertThat(exists(pid)).isFalse();
        assertThat(loop.start(ring.processes().prepareWaitFor(ProcessTarget.of(pid)))
                .failure(ErrnoException.class)).hasMessageContaining("ECHILD").hasMessageContaining("process " + pid);
    }

    @Test
    void noWaitLeavesTheStatus(Ring ring, Loop loop) {
        int pid = spawn("exit 5");
        for (int i = 0; i < 2; i++) {
            RingProcesses.Wait look = ring.processes().prepareWaitFor(ProcessTarget.of(pid));
            assertThat(await(loop, look.options(WaitOption.NO_WAIT)).exitStatus()).isEqualTo(5);
            assertThat(exists(pid)).isTrue();
        }
        RingProcesses.Wait take = ring.processes().prepareWaitFor(ProcessTarget.of(pid));
        assertThat(await(loop, take.options(WaitOption.EXITED)).exitStatus()).isEqualTo(5);
        assertThat(exists(pid)).isFalse();
    }

    @Test
    void aCancelledWaitLeavesTheStatus(Ring ring, Loop loop) {
        int pid = spawn("exit 6");
        awaitState(loop, pid, 'Z');
        Outcome<WaitStatus> wait = loop.start(ring.processes().prepareWaitFor(ProcessTarget.of(pid)));
        wait.cancel();
        wait.failure(CancellationException.class);
        assertThat(await(loop, ring.processes().prepareWaitFor(ProcessTarget.of(pid))).exitStatus()).isEqualTo(6);
    }

    @Test
    void aStopAndGoingOn(Ring ring, Loop loop) {
        int pid = spawn("exec sleep 100");
        ProcessTarget target = ProcessTarget.of(pid);
        WaitOption[] all = {WaitOption.EXITED, WaitOption.STOPPED, WaitOption.CONTINUED};
        Outcome<WaitStatus> stop = loop.start(ring.processes().prepareWaitFor(target).options(all));
        loop.await(ring.processes().prepareSend(target, Signal.STOP));
        WaitStatus stopped = value(loop, stop);
        assertThat(stopped.code()).isEqualTo(Code.STOPPED);
        assertThat(stopped.signal()).isSameAs(Signal.STOP);
        assertThat(stopped.hasEnded()).isFalse();
        Outcome<WaitStatus> onlyStops =
                loop.start(ring.processes().prepareWaitFor(target).options(WaitOption.STOPPED));
        loop.pass(Duration.ofMillis(30));
        assertThat(onlyStops.isDone()).as("a stop is told once").isFalse();
        loop.await(ring.processes().prepareSend(target, Signal.CONT));
        WaitStatus continued = await(loop, ring.processes().prepareWaitFor(target).options(WaitOption.CONTINUED));
        assertThat(continued.code()).isEqualTo(Code.CONTINUED);
        assertThat(continued.signal()).isSameAs(Signal.CONT);
        onlyStops.cancel();
        onlyStops.failure(CancellationException.class);
        loop.await(ring.processes().prepareSend(target, Signal.KILL));
        WaitStatus ended = await(loop, ring.processes().prepareWaitFor(target).options(all));
        assertThat(ended.code()).isEqualTo(Code.KILLED);
        assertThat(ended.signal()).isSameAs(Signal.KILL);
    }

    /// Its stops are anybody's to take, its end is the JVM's.
    @Test
    void aStopOfWhatTheJvmHasStarted(TestBed bed, Ring ring, Loop loop) throws Exception {
        Process process = start(bed, "exec sleep 100");
        ProcessTarget target = ProcessTarget.of(process);
        Outcome<WaitStatus> change = loop.start(ring.processes().prepareWaitFor(target)
                .options(WaitOption.STOPPED, WaitOption.EXITED));
        loop.await(ring.processes().prepareSend(target, Signal.STOP));
        assertThat(value(loop, change).code()).isEqualTo(Code.STOPPED);
        Outcome<WaitStatus> end = loop.start(ring.processes().prepareWaitFor(target)
                .options(WaitOption.STOPPED, WaitOption.EXITED));
        loop.await(ring.processes().prepareSend(target, Signal.KILL));
        assertThat(value(loop, end).signal()).isSameAs(Signal.KILL);
        assertThat(process.exitValue()).isEqualTo(137);
    }

    @Test
    @Parity("beyond/wait_group")
    void aGroup(Ring ring, Loop loop) {
        int pid = spawn("sleep 100 & exec sleep 100");
        loop.until("both run", () -> ProcessHandle.of(pid).orElseThrow().children().count() == 1);
        long second = ProcessHandle.of(pid).orElseThrow().children().findFirst().orElseThrow().pid();
        ProcessTarget group = ProcessTarget.group(pid);
        Outcome<WaitStatus> wait = loop.start(ring.processes().prepareWaitFor(group));
        loop.pass(Duration.ofMillis(30));
        assertThat(wait.isDone()).isFalse();
        loop.await(ring.processes().prepareCheck(group));
        loop.await(ring.processes().prepareSend(group, Signal.TERM));
        WaitStatus status = value(loop, wait);
        assertThat(status.pid()).isEqualTo(pid);
        assertThat(status.signal()).isSameAs(Signal.TERM);
        assertThat(exists(pid)).isFalse();
        loop.until("the second has ended too", () -> !exists(second));
        assertThat(loop.start(ring.processes().prepareSend(group, Signal.TERM)).failure(ErrnoException.class)
                .errnoName()).isEqualTo("ESRCH");
    }

    @Test
    @Parity("beyond/wait_all")
    void anyChild(Ring ring, Loop loop) {
        int pid = spawn("exit 8");
        RingProcesses.Wait any = ring.processes().prepareWaitFor(ProcessTarget.all());
        assertThat(await(loop, any.options(WaitOption.EXITED, WaitOption.NO_WAIT)).pid()).isEqualTo(pid);
        WaitStatus status = await(loop, ring.processes().prepareWaitFor(ProcessTarget.all()));
        assertThat(status.pid()).isEqualTo(pid);
        assertThat(status.exitStatus()).isEqualTo(8);
        assertThat(exists(pid)).isFalse();
        assertThat(loop.start(ring.processes().prepareWaitFor(ProcessTarget.all())).failure(ErrnoException.class)
                .errnoName()).isEqualTo("ECHILD");
    }

    // ---- strangers

    @Test
    void oneThatIsNoChild(TestBed bed, Ring ring, Loop loop, Path directory, Caps caps) throws Exception {
        Path file = directory.resolve("pid");
        Process parent = start(bed, "sh -c 'sleep 0.3; exit 4' & echo $! > " + file + ".new; mv " + file + ".new "
                + file + "; wait");
        loop.until("the grandchild's number is known", () -> Files.exists(file));
        long pid = Long.parseLong(Files.readString(file).strip());
        ProcessHandle stranger = ProcessHandle.of(pid).orElseThrow();
        Outcome<WaitStatus> wait = loop.start(ring.processes().prepareWaitFor(ProcessTarget.of(stranger)));
        if (caps.has(Cap.KNOWS_LATE_EXITS) && Platform.kernelVersion().isAtLeast(6, 15)) {
            WaitStatus status = value(loop, wait);
            assertThat(status.pid()).isEqualTo(pid);
            assertThat(status.exitStatus()).isEqualTo(4);
        } else {
            for (int i = 0; i < 1000 && !wait.isDone(); i++) {
                loop.pass(Duration.ofMillis(10));
                loop.linger(1);
            }
            assertThat(wait.failure(ErrnoException.class).errnoName()).isEqualTo("ECHILD");
        }
        assertThat(parent.waitFor()).isZero();
    }

    @Test
    @Parity({"beyond/send_signal_check", "operation/send_signal_check"})
    void whetherASignalCouldBeSent(TestBed bed, Ring ring, Loop loop) throws Exception {
        Process process = start(bed, "sleep 100");
        for (ProcessTarget target : List.of(ProcessTarget.of(process), ProcessTarget.of(process.toHandle()),
                ProcessTarget.of(process.pid()), ProcessTarget.of(ProcessHandle.current()), ProcessTarget.ownGroup(),
                ProcessTarget.all())) {
            loop.await(ring.processes().prepareCheck(target));
        }
        process.destroy();
        process.waitFor();
        for (ProcessTarget target : List.of(ProcessTarget.of(process), ProcessTarget.of(process.toHandle()),
                ProcessTarget.of(process.pid()))) {
            ErrnoException gone = loop.start(ring.processes().prepareCheck(target)).failure(ErrnoException.class);
            assertThat(gone.errnoName()).isEqualTo("ESRCH");
            assertThat(gone).hasMessageContaining("kill").hasMessageContaining("process " + process.pid());
        }
    }

    @Test
    void whatIsNoProcessAndNoSignalIsRefused() {
        for (long none : new long[] {0, -1, Long.MIN_VALUE, 1L << 31}) {
            assertThatThrownBy(() -> ProcessTarget.of(none))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(Long.toString(none));
            assertThatThrownBy(() -> ProcessTarget.group(none)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> ProcessTarget.group(1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("all processes");
        for (int none : new int[] {0, -1, 65}) {
            assertThatThrownBy(() -> Signal.of(none)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Signal.realTime(31)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Signal.of(15)).isSameAs(Signal.TERM).hasToString("SIGTERM");
        assertThat(Signal.realTime(2)).hasToString("SIGRTMIN+2").isSameAs(Signal.of(36));
        assertThat(Signal.TERM.asksToEnd()).isTrue();
        assertThat(Signal.HUP.asksToEnd()).isFalse();
    }
}
