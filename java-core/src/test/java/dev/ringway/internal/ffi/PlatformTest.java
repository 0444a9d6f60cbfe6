package dev.ringway.internal.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.internal.ffi.Platform.KernelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PlatformTest {

    @Test
    void kernelVersionsCompareByNumber() {
        KernelVersion version = KernelVersion.parse("6.18.44-fc-v669");
        assertThat(version.major()).isEqualTo(6);
        assertThat(version.minor()).isEqualTo(18);
        assertThat(version).hasToString("6.18.44-fc-v669");
        assertThat(version.isAtLeast(6, 18)).isTrue();
        assertThat(version.isAtLeast(6, 2)).isTrue();
        assertThat(version.isAtLeast(5, 99)).isTrue();
        assertThat(version.isAtLeast(6, 19)).isFalse();
        assertThat(version.isAtLeast(7, 0)).isFalse();
        assertThat(KernelVersion.parse("5.10").isAtLeast(5, 10)).isTrue();
    }

    @Test
    void aVersionWithoutNumbersIsTheOldest() {
        for (String text : new String[] {"", "next", "6", "6.x", "99999999999999.1"}) {
            assertThat(KernelVersion.parse(text).isAtLeast(0, 1)).as(text).isFalse();
        }
    }

    @Test
    void thisMachineIsTheOneThatTheKernelDescribes() throws IOException {
        assertThat(Platform.isLinux()).isTrue();
        assertThat(Platform.os()).isEqualTo(Platform.Os.LINUX);
        assertThat(Platform.kernelVersion())
                .hasToString(Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
    }

    @Test
    void namesOfTheJvmAreUnderstood() {
        assertThat(Platform.Os.of("Linux")).isEqualTo(Platform.Os.LINUX);
        assertThat(Platform.Os.of("Mac OS X")).isEqualTo(Platform.Os.MACOS);
        assertThat(Platform.Os.of("FreeBSD")).isEqualTo(Platform.Os.FREEBSD);
        assertThat(Platform.Os.of("Windows 11")).isEqualTo(Platform.Os.OTHER);
        assertThat(Platform.Architecture.of("amd64")).isEqualTo(Platform.Architecture.X86_64);
        assertThat(Platform.Architecture.of("x86_64")).isEqualTo(Platform.Architecture.X86_64);
        assertThat(Platform.Architecture.of("aarch64")).isEqualTo(Platform.Architecture.AARCH64);
        assertThat(Platform.Architecture.of("ppc64le")).isEqualTo(Platform.Architecture.OTHER);
    }
}
