package dev.ringway.internal.op.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Signal;
import dev.ringway.WaitStatus;
import dev.ringway.WaitStatus.Code;
import dev.ringway.internal.ffi.LinuxSys;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Pages;
import dev.ringway.internal.ffi.generated.Linux;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each way in which an end is written down, also those that a test cannot bring about, as a core dump.
class StatusesTest {
    private static void require(WaitStatus status, Code code, int exitStatus, int signal) {
        assertThat(status.pid()).isEqualTo(1234);
        assertThat(status.user()).isEqualTo(56);
        assertThat(status.code()).isEqualTo(code);
        assertThat(status.exitStatus()).isEqualTo(exitStatus);
        assertThat(status.signal()).isEqualTo(signal == 0 ? null : Signal.of(signal));
    }

    @ParameterizedTest
    @CsvSource({
        "0x0000, EXITED, 0,   0", "0x0300, EXITED, 3,   0", "0xff00, EXITED, 255, 0",
        "0x000f, KILLED, -1, 15", "0x0009, KILLED, -1, 9",
        "0x0086, DUMPED, -1,  6", "0x008b, DUMPED, -1, 11"
    })
    void asWaitHasIt(int word, Code code, int exitStatus, int signal) {
        require(Statuses.ofWord(1234, 56, word), code, exitStatus, signal);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0,  EXITED,    0,   0", "1, 3,  EXITED, 3, 0", "1, 255, EXITED, 255, 0",
        "2, 15, KILLED,    -1, 15", "3, 11, DUMPED, -1, 11", "4, 5, TRAPPED, -1, 5",
        "5, 19, STOPPED,   -1, 19", "6, 18, CONTINUED, -1, 18"
    })
    void asWaitidHasIt(int siCode, int siStatus, Code code, int exitStatus, int signal) {
        require(ofSiginfo(siCode, siStatus, 1234), code, exitStatus, signal);
    }

    private static WaitStatus ofSiginfo(int code, int status, int pid) {
        try (Pages memory = Pages.map(new LinuxSys(), Linux.SIGINFO_BYTES())) {
            long siginfo = memory.address();
            Memory.putInt(siginfo + Linux.SIGINFO_CODE(), code);
            Memory.putInt(siginfo + Linux.SIGINFO_STATUS(), status);
            Memory.putInt(siginfo + Linux.SIGINFO_PID(), pid);
            Memory.putInt(siginfo + Linux.SIGINFO_UID(), 56);
            return Statuses.ofSiginfo(siginfo);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, -1, Integer.MAX_VALUE})
    void whatThereIsNotIsNone(int code) {
        assertThat(ofSiginfo(code, 0, 1234)).isNull();
    }

    @Test
    void ofNobodyIsNone() {
        assertThat(ofSiginfo(1, 0, 0)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0, EXITED, 0, 0", "3, EXITED, 3, 0", "128, EXITED, 128, 0", "143, KILLED, -1, 15",
        "192, KILLED, -1, 64", "193, EXITED, 193, 0"})
    void asTheJvmHasIt(int value, Code code, int exitStatus, int signal) {
        WaitStatus status = Statuses.ofExitValue(1234, 56, value);
        require(status, code, exitStatus, signal);
        assertThat(Statuses.exitValue(status)).isEqualTo(value);
    }
}
