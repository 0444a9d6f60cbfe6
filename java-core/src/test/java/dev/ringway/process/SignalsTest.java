package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.testing.Parity;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Signals are received in a process that was started with them blocked; the JVM's own are refused.
class SignalsTest {
    /// ILL, BUS, FPE, KILL, SEGV, USR2, STOP, and the two of the C library.
    private static final List<Integer> NEVER = List.of(4, 7, 8, 9, 11, 12, 19, 32, 33);
    /// HUP, INT, QUIT, TERM.
    private static final List<Integer> ONLY_WITH_XRS = List.of(1, 2, 3, 15);

    private static final String LIBRARY = "ringway.libkqueue";

    private static ChildJvm.Result run(List<String> launcher, String... optionsAndBackends) throws Exception {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(ChildJvm.command(ReceivesSignals.class, optionsAndBackends));
        return ChildJvm.run(command, 120);
    }

    /// With the default actions, whatever this process was started to ignore: a JVM takes no signal that is ignored.
    private static List<String> blocking(String... signals) {
        String env = ChildJvm.tool("env").orElseThrow().toString();
        String which = signals.length == 0 ? "" : "=" + String.join(",", signals);
        return List.of(env, "--default-signal", "--block-signal" + which);
    }

    private static String numbers(List<Integer> some) {
        return some.stream().sorted().map(String::valueOf).collect(Collectors.joining(" "));
    }

    private static String allBut(List<Integer> some) {
        return numbers(IntStream.rangeClosed(1, 64).boxed().filter(each -> !some.contains(each)).toList());
    }

    @Test
    @Parity({"operation/receive_signal", "operation/receive_signals", "signals/single_threaded",
            "signals/multi_threaded", "signals/receive_signals", "signals/cleanup",
            "defect/signals_usable_after_error", "operation/signals_to_direct_descriptor"})
    void everySignalThatIsBlockedIsReceivedInEveryWay() throws Exception {
        ChildJvm.Result result = run(blocking(), "-Xrs", "IO_URING", "EPOLL");
        assertThat(result.out()).doesNotContain("Exception");
        assertThat(result.status()).as(result.out()).isZero();
        assertThat(result.line("refused: ")).isEqualTo(numbers(NEVER));
        for (String backend : List.of("IO_URING", "EPOLL")) {
            assertThat(result.line(backend + " received: ")).isEqualTo(allBut(NEVER));
            assertThat(result.line(backend + " direct: ")).isEqualTo(backend.equals("EPOLL") ? "none" : allBut(NEVER));
            assertThat(result.line(backend + " in flight: ")).isEqualTo("0");
        }
    }

    /// The same by EVFILT_SIGNAL, from the process to the sender's name: a queue tells only how often.
    @TestFactory
    List<DynamicTest> kqueueTellsThemToo() {
        String library = System.getProperty(LIBRARY, "");
        if (library.isEmpty()) {
            return List.of(Tools.notRun("signals by kqueue", "no -D" + LIBRARY, Tools.isRequired("kqueue")));
        }
        return List.of(DynamicTest.dynamicTest("through the library", () -> {
            ChildJvm.Result result = run(blocking(), "-Xrs", "-D" + LIBRARY + "=" + library, "KQUEUE");
            assertThat(result.out()).doesNotContain("Exception");
            assertThat(result.status()).as(result.out()).isZero();
            assertThat(result.line("refused: ")).isEqualTo(numbers(NEVER));
            List<Integer> unknown = new ArrayList<>(NEVER);
            unknown.add(64); // to the library
            assertThat(result.line("KQUEUE received: ")).isEqualTo(allBut(unknown));
            assertThat(result.line("KQUEUE in flight: ")).isEqualTo("0");
        }));
    }

    @Test
    void withoutXrsTheJvmKeepsItsOwn() throws Exception {
        ChildJvm.Result result = run(blocking(), "EPOLL");
        List<Integer> refused = new ArrayList<>(NEVER);
        refused.addAll(ONLY_WITH_XRS);
        assertThat(result.line("refused: ")).isEqualTo(numbers(refused));
        assertThat(result.line("EPOLL received: ")).isEqualTo(allBut(refused));
    }

    /// The harness reports what is wrong: without TERM the program cannot do all that it has to.
    @Test
    @Parity("defect/signal_tests_can_fail")
    void oneThatIsNotBlockedIsRefusedAndTheProgramFails() throws Exception {
        ChildJvm.Result result = run(blocking("USR1", "RTMIN+3"), "-Xrs", "EPOLL");
        assertThat(result.line("EPOLL received: ")).isEqualTo("10 37");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out())
                .contains("SignalNotBlockedException").contains("SIGTERM: start the JVM with it blocked");
    }
}
