package dev.ringway.internal.ffi;

import static dev.ringway.internal.ffi.generated.Linux.AT_FDCWD;
import static dev.ringway.internal.ffi.generated.Linux.O_CLOEXEC;
import static dev.ringway.internal.ffi.generated.Linux.O_CREAT;
import static dev.ringway.internal.ffi.generated.Linux.O_WRONLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativePathTest {

    private static final byte[] NO_TEXT = {(byte) 0xff, (byte) 0xfe};

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"a", "/", ".", "/tmp/a b", "a/../b", "/\u00fc\u20ac", "/\ud83d\ude00", "100%25", "%00"})
    void textBecomesItsBytesAndANul(String text) {
        byte[] expected = Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), utf8Length(text) + 1);
        assertThat(NativePath.bytes(text)).isEqualTo(expected);
        assertThat(NativePath.bytes(Path.of(text))).isEqualTo(expected);
        assertThat(NativePath.path(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(Path.of(text));
    }

    @Test
    void aNulIsRefused() {
        assertThatThrownBy(() -> NativePath.bytes("/etc/passwd\0.txt"))
                .isInstanceOf(InvalidPathException.class)
                .hasMessageContaining("a NUL would end the path early")
                .hasMessageContaining("11");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\ud800", "\udc00b", "\ud800\ud800"})
    void aLoneSurrogateIsRefused(String text) {
        assertThatThrownBy(() -> NativePath.bytes(text))
                .isInstanceOf(InvalidPathException.class)
                .hasMessageContaining("no bytes in the file system's encoding");
    }

    @Test
    void anEmptyPathIsRefused() {
        assertThatThrownBy(() -> NativePath.bytes(""))
                .isInstanceOf(InvalidPathException.class)
                .hasMessageContaining("an empty path names no file");
        assertThatThrownBy(() -> NativePath.bytes(Path.of(""))).isInstanceOf(InvalidPathException.class);
    }

    @Test
    void pathsOf4095BytesFitAndOf4096DoNot() {
        assertThat(NativePath.bytes("a".repeat(4095))).hasSize(NativePath.MAX_BYTES);
        assertThat(NativePath.bytes(Path.of("\u00fc".repeat(2047)))).hasSize(4095);
        for (String text : List.of("a".repeat(4096), "\u00fc".repeat(2048))) {
            assertThatThrownBy(() -> NativePath.bytes(text))
                    .isInstanceOf(InvalidPathException.class)
                    .hasMessageContaining("takes 4096 bytes, and the kernel takes 4095");
            assertThatThrownBy(() -> NativePath.bytes(Path.of(text))).isInstanceOf(InvalidPathException.class);
        }
    }

    @Test
    void aPathOfAnotherFileSystemIsRefused() throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(directory.resolve("a.zip"), Map.of("create", "true"))) {
            assertThatThrownBy(() -> NativePath.bytes(zip.getPath("/inside")))
                    .isInstanceOf(ProviderMismatchException.class)
                    .hasMessageContaining("/inside")
                    .hasMessageContaining("default file system");
        }
    }

    @Test
    void bytesThatAreNoTextAreKept() throws IOException {
        Path listed = listedFileOfNoText(directory);
        byte[] parent = NativePath.bytes(directory);
        byte[] expected = Arrays.copyOf(parent, parent.length - 1 + 1 + NO_TEXT.length + 1);
        expected[parent.length - 1] = '/';
        System.arraycopy(NO_TEXT, 0, expected, parent.length, NO_TEXT.length);
        assertThat(NativePath.bytes(listed)).isEqualTo(expected);
        assertThat(NativePath.bytes(listed.getFileName())).containsExactly(0xff, 0xfe, 0);
        assertThat(NativePath.bytes(Path.of("a").resolve(listed.getFileName())))
                .containsExactly('a', '/', 0xff, 0xfe, 0);

        assertThat(NativePath.path(Arrays.copyOf(expected, expected.length - 1))).isEqualTo(listed);
        assertThat(NativePath.path(NO_TEXT)).isEqualTo(listed.getFileName());
        byte[] doubled = ("/" + directory + "//").getBytes(StandardCharsets.UTF_8);
        byte[] unclean = Arrays.copyOf(doubled, doubled.length + NO_TEXT.length);
        System.arraycopy(NO_TEXT, 0, unclean, doubled.length, NO_TEXT.length);
        assertThat(NativePath.path(unclean)).isEqualTo(listed);
    }

    @Test
    void aDirectoryOfNoTextEndsWithoutASlash() throws IOException {
        Path file = listedFileOfNoText(directory);
        Files.delete(file);
        Files.createDirectory(file);
        byte[] bytes = NativePath.bytes(file);
        assertThat(bytes).endsWith(0xff, 0xfe, 0);
    }

    @Test
    void aNameThatHoldsTheReplacementCharacterIsItself() {
        assertThat(NativePath.bytes(Path.of("/a\ufffd"))).containsExactly('/', 'a', 0xef, 0xbf, 0xbd, 0);
        assertThat(NativePath.bytes(Path.of("a\ufffd/b"))).containsExactly('a', 0xef, 0xbf, 0xbd, '/', 'b', 0);
    }

    /** Tells what a JVM with another encoding makes of the file of no text, and of a character beyond ASCII. */
    static final class Lister {

        private Lister() {}

        public static void main(String[] arguments) throws IOException {
            System.out.println(System.getProperty("sun.jnu.encoding"));
            try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
                files.forEach(file -> System.out.println(
                        HexFormat.of().formatHex(NativePath.bytes(file.getFileName()))
                                + " " + Files.exists(file)
                                + " " + file.equals(NativePath.path(withoutNul(NativePath.bytes(file))))));
            }
            try {
                System.out.println(HexFormat.of().formatHex(NativePath.bytes("\u00fc")));
            } catch (InvalidPathException e) {
                System.out.println(e.getReason());
            }
        }

        private static byte[] withoutNul(byte[] bytes) {
            return Arrays.copyOf(bytes, bytes.length - 1);
        }
    }

    @Test
    void theSameBytesAreKeptWhereTheEncodingIsAscii() throws IOException, InterruptedException {
        listedFileOfNoText(directory);
        Child.Result result = Child.jvm(Lister.class, Map.of("LC_ALL", "C"), directory.toString());
        assertThat(result.status()).as(result.out()).isZero();
        List<String> lines = result.out().lines().toList();
        assertThat(lines.get(0)).isEqualTo("ANSI_X3.4-1968");
        assertThat(lines.get(1)).isEqualTo("fffe00 true true");
        assertThat(lines.get(2)).contains("no bytes in the file system's encoding, US-ASCII");
    }

    /** Makes a file named ff fe, which no path can be made of, and returns the path that a listing gives. */
    private static Path listedFileOfNoText(Path directory) throws IOException {
        Sys sys = new LinuxSys();
        byte[] parent = NativePath.bytes(directory);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocate(parent.length + 1L + NO_TEXT.length);
            Memory.copy(parent, 0, path.address(), parent.length);
            Memory.putByte(path.address() + parent.length - 1, (byte) '/');
            Memory.copy(NO_TEXT, 0, path.address() + parent.length, NO_TEXT.length);
            int fd = sys.openat(AT_FDCWD(), path.address(), O_CREAT() | O_WRONLY() | O_CLOEXEC(), 0600);
            assertThat(fd).isNotNegative();
            sys.close(fd);
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.findFirst().orElseThrow();
        }
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
