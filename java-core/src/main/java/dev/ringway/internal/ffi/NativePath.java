package dev.ringway.internal.ffi;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Paths as the kernel takes them: bytes that end with a NUL, at most 4096 with it.
 *
 * <p>A file name on Linux is bytes, of no particular encoding, and the JDK's own {@link Path} keeps those it read from
 * a directory, though its text may show U+FFFD in their place. So the text is used only where it stands for the bytes
 * beyond doubt; otherwise they are taken from the path's URI, which percent-encodes each of them as it is. Text turns
 * into bytes as the JDK does it, in {@code sun.jnu.encoding}.
 *
 * <p>What the kernel would read as another name is refused before any system call: a NUL would end the name early, and
 * a character that the encoding lacks would become a question mark.
 */
public final class NativePath {

    /** The most bytes that a path may take, its NUL included ({@code PATH_MAX}). */
    public static final int MAX_BYTES = 4096;

    private static final Charset ENCODING = encoding();

    /** Whether text without U+FFFD stands for one sequence of bytes only; in an encoding with doubles it does not. */
    private static final boolean FAITHFUL =
            Set.of(StandardCharsets.UTF_8, StandardCharsets.US_ASCII, StandardCharsets.ISO_8859_1).contains(ENCODING);

    private static final char REPLACEMENT = '\uFFFD';
    private static final Path ROOT = Path.of("/");

    private NativePath() {}

    private static Charset encoding() {
        String name = System.getProperty("sun.jnu.encoding");
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
    }

    /**
     * Returns the bytes of a path, and a NUL after them. A relative path stays relative.
     *
     * @throws ProviderMismatchException if the path is of another file system, such as a zip file's
     * @throws InvalidPathException if the path is empty or too long
     */
    public static byte[] bytes(Path path) {
        if (!path.getFileSystem().equals(FileSystems.getDefault())) {
            throw new ProviderMismatchException("the path " + path + " belongs to " + path.getFileSystem()
                    + ", and the kernel knows only paths of the default file system");
        }
        String text = path.toString();
        byte[] bytes = FAITHFUL && text.indexOf(REPLACEMENT) < 0 ? encode(text) : null;
        return terminated(bytes != null ? bytes : rawBytes(path), text);
    }

    /**
     * Returns the bytes of a path given as text, and a NUL after them.
     *
     * @throws InvalidPathException if the text is empty or too long, holds a NUL, or holds a character that the file
     *     system's encoding lacks
     */
    public static byte[] bytes(String path) {
        int nul = path.indexOf('\0');
        if (nul >= 0) {
            throw new InvalidPathException(path, "a NUL would end the path early", nul);
        }
        byte[] bytes = encode(path);
        if (bytes == null) {
            throw new InvalidPathException(path, "a character has no bytes in the file system's encoding, " + ENCODING
                    + "; start the JVM in a UTF-8 locale, such as LC_ALL=C.UTF-8, or mend the text");
        }
        return terminated(bytes, path);
    }

    /** Makes a path out of bytes that the kernel gave, without a NUL. It names the same file, whatever the encoding. */
    public static Path path(byte[] bytes) {
        String text = FAITHFUL ? decode(bytes) : null;
        if (text != null) {
            return Path.of(text);
        }
        boolean absolute = bytes.length > 0 && bytes[0] == '/';
        StringBuilder uri = new StringBuilder(absolute ? "file://" : "file:///");
        for (byte b : bytes) {
            if (b == '/') {
                uri.append('/');
            } else {
                uri.append('%').append(HexFormat.of().toHexDigits(b));
            }
        }
        Path path = Path.of(URI.create(uri.toString()));
        return absolute ? path : ROOT.relativize(path);
    }

    private static byte @Nullable [] encode(String text) {
        try {
            ByteBuffer encoded = ENCODING.newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException unmappable) {
            return null;
        }
    }

    private static @Nullable String decode(byte[] bytes) {
        try {
            return ENCODING.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException malformed) {
            return null;
        }
    }

    /** Takes the bytes from the URI; a relative path goes under the root, and the root is taken off again. */
    private static byte[] rawBytes(Path path) {
        boolean absolute = path.isAbsolute();
        String uri = (absolute ? path : ROOT.resolve(path)).toUri().getRawPath();
        byte[] bytes = new byte[uri.length()];
        int length = 0;
        for (int i = absolute ? 0 : 1; i < uri.length(); i++) {
            char c = uri.charAt(i);
            if (c == '%') {
                bytes[length++] = (byte) Integer.parseInt(uri, i + 1, i + 3, 16);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        // The URI of a directory ends with a slash, which the path does not
        if (length > 1 && bytes[length - 1] == '/') {
            length--;
        }
        return Arrays.copyOf(bytes, length);
    }

    private static byte[] terminated(byte[] bytes, String text) {
        if (bytes.length == 0) {
            throw new InvalidPathException(text, "an empty path names no file; \".\" is the working directory");
        }
        if (bytes.length >= MAX_BYTES) {
            throw new InvalidPathException(text, "the path takes " + bytes.length + " bytes, and the kernel takes "
                    + (MAX_BYTES - 1) + "; open a directory on the way and go on from there");
        }
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}
