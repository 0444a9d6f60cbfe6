package dev.ringway.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReferenceLinksTest {
    private static final String DOKKA = "<span data-unresolved-link=\"%s/PointingToDeclaration/\">it</span>";

    @Test
    void aManPageAndAnRfcBecomeLinks(@TempDir Path folder) throws IOException {
        Path page = Files.writeString(folder.resolve("page.html"),
                "<code class=\"x\">man 3\nerrno</code>, <i>man 2</i> <code>man 2 kqueue</code>, RFC 8446.");
        for (int time = 1; time <= 2; time++) {
            assertThat(ReferenceLinks.link(folder, null)).isEqualTo(2);
            assertThat(page).hasContent("""
                    <a href="https://man7.org/linux/man-pages/man3/errno.3.html"><code class="x">man 3
                    errno</code></a>, <i>man 2</i> \
                    <a href="https://man.freebsd.org/cgi/man.cgi?query=kqueue&amp;sektion=2">\
                    <code>man 2 kqueue</code></a>, \
                    <a href="https://www.rfc-editor.org/rfc/rfc8446">RFC 8446</a>.""");
        }
    }

    @Test
    void aManPageThatIsNotKnownIsRefused(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("page.html"), "<code>man 2 receive</code>");
        assertThatThrownBy(() -> ReferenceLinks.link(folder, null)).hasMessageContaining("man 2 receive");
        assertThat(ReferenceLinks.unknown("/// See `man\n    /// 2 receive`, `man 2 recv`."))
                .containsExactly("2 receive");
    }

    @Test
    void typesOfJavaBecomeLinks(@TempDir Path top) throws IOException {
        Path java = Files.createDirectories(top.resolve("java/dev.ringway/dev/ringway"));
        Files.createFile(java.resolve("Ring.Builder.html"));
        Path folder = Files.createDirectories(top.resolve("kotlin/deeper"));
        Path page = Files.writeString(folder.resolve("page.html"), "<code>man 2 recv</code>"
                + DOKKA.formatted("dev.ringway/Ring.Builder/create/#") + DOKKA.formatted("java.net/SocketException//"));
        ReferenceLinks.link(top.resolve("kotlin"), "../java");
        assertThat(page).content()
                .contains("<a href=\"../../java/dev.ringway/dev/ringway/Ring.Builder.html#create()\">it</a>")
                .contains("/docs/api/java.base/java/net/SocketException.html\">it</a>");

        Files.writeString(page, DOKKA.formatted("dev.ringway/Ringg//"));
        assertThatThrownBy(() -> ReferenceLinks.link(top.resolve("kotlin"), "../java")).hasMessageContaining("Ringg");
    }

    @Test
    void pagesWithNothingToLinkAreRefused(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("page.html"), "<tt>man 2 recv</tt>");
        assertThatThrownBy(() -> ReferenceLinks.link(folder, null)).isInstanceOf(IllegalStateException.class);
    }
}
