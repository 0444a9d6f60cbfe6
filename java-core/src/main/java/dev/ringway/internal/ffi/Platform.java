package dev.ringway.internal.ffi;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What this process runs on. Reading it makes no system call. */
public final class Platform {

    private static final Os OS = Os.of(System.getProperty("os.name", ""));
    private static final Architecture ARCHITECTURE = Architecture.of(System.getProperty("os.arch", ""));

    private Platform() {}

    /** Operating systems that Ringway tells apart. */
    public enum Os {
        LINUX, MACOS, FREEBSD, OTHER;

        static Os of(String name) {
            return switch (name) {
                case "Linux" -> LINUX;
                case "Mac OS X" -> MACOS;
                case "FreeBSD" -> FREEBSD;
                default -> OTHER;
            };
        }
    }

    /** Processor architectures whose system-call numbers and layouts Ringway knows. */
    public enum Architecture {
        X86_64, AARCH64, OTHER;

        static Architecture of(String name) {
            return switch (name) {
                case "amd64", "x86_64" -> X86_64;
                case "aarch64", "arm64" -> AARCH64;
                default -> OTHER;
            };
        }
    }

    /**
     * A kernel's version, as far as decisions need it.
     *
     * @param major the first number
     * @param minor the second number
     * @param text the whole of it, as uname(2) says
     */
    public record KernelVersion(int major, int minor, String text) {

        private static final Pattern NUMBERS = Pattern.compile("^(\\d{1,9})\\.(\\d{1,9})");

        /** Reads a release such as "6.18.44-fc"; text without two numbers in front reads as 0.0. */
        public static KernelVersion parse(String release) {
            Matcher numbers = NUMBERS.matcher(release);
            return numbers.find()
                    ? new KernelVersion(
                            Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)), release)
                    : new KernelVersion(0, 0, release);
        }

        public boolean isAtLeast(int wantedMajor, int wantedMinor) {
            return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Returns the operating system. */
    public static Os os() {
        return OS;
    }

    /** Whether this is Linux. */
    public static boolean isLinux() {
        return OS == Os.LINUX;
    }

    /** Returns the architecture of this process, which a 32-bit kernel or an emulator may hide from it. */
    public static Architecture architecture() {
        return ARCHITECTURE;
    }

    /** Returns the release of the running kernel; the JDK asked uname(2) for it. */
    public static KernelVersion kernelVersion() {
        return KernelVersion.parse(System.getProperty("os.version", ""));
    }

    /** Returns the system and architecture as the JVM names them, for messages: "Linux amd64". */
    public static String describe() {
        return System.getProperty("os.name", "?") + " " + System.getProperty("os.arch", "?");
    }

    /** Throws {@link UnsupportedOperationException}, naming what this is, unless it is Linux on a known processor. */
    static void requireLinux() {
        if (!isLinux() || ARCHITECTURE == Architecture.OTHER) {
            throw new UnsupportedOperationException(
                    "Ringway makes Linux system calls on x86-64 and AArch64 only, and this is " + describe());
        }
    }
}
