package dev.ringway.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the documents show of the sources is what the sources say, and what they point to is there.
///
/// A block that shows a source follows a line `<!-- path of the source -->` and is a run of lines of it, further or
/// less far to the right. Every block of Java, Kotlin or C is one. A block in the reference is a run of lines of some
/// sample.
class DocsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern MARK = Pattern.compile("<!-- (\\S+) -->");
    private static final Pattern FENCE = Pattern.compile("```(\\w*)");
    private static final Pattern COMMENT = Pattern.compile("^ *(?:///|\\*) ?");
    private static final Set<String> SHOWN = Set.of("java", "kotlin", "c");
    private static final Pattern VERSION =
            Pattern.compile("(?<=<version>|ringway[:-]|kotlin[:-])\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");

    @Test
    void everyBlockIsARunOfLinesOfItsSource() throws IOException {
        List<String> wrong = new ArrayList<>();
        int blocks = 0;
        for (Path document : documents()) {
            for (Block block : blocks(document)) {
                if (SHOWN.contains(block.language) || MARK.matcher(block.before).matches()) {
                    blocks++;
                    block.check(wrong);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(blocks).isGreaterThanOrEqualTo(10);
    }

    @Test
    void everyBlockOfTheReferenceIsARunOfLinesOfASample() throws IOException {
        List<Path> samples = sources("samples/src/main");
        List<String> wrong = new ArrayList<>();
        int blocks = 0;
        for (String folder : List.of("java-core/src/main/java/dev/ringway", "kotlin-ext/src/main")) {
            for (Path source : sources(folder)) {
                for (Block block : blocks(source)) {
                    blocks++;
                    boolean found = false;
                    for (Path sample : samples) {
                        found |= block.isIn(sample);
                    }
                    if (!found) {
                        wrong.add(block + ": in no sample");
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(blocks).isGreaterThanOrEqualTo(3);
    }

    private static List<Path> sources(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
            return files.filter(file -> file.toString().matches(".*\\.(java|kt|md)")).sorted().toList();
        }
    }

    @Test
    void theReadmeShowsTheEchoServersWhole() throws IOException {
        List<Block> shown = blocks(ROOT.resolve("README.md"));
        for (String source : List.of("java/dev/ringway/samples/EchoServer.java",
                "kotlin/dev/ringway/samples/EchoServer.kt")) {
            List<String> whole = Files.readAllLines(ROOT.resolve("samples/src/main").resolve(source));
            List<String> code = whole.stream().dropWhile(line -> line.matches("|(package|import) .*")).toList();
            assertThat(shown).as(source).anySatisfy(block -> assertThat(block.lines).isEqualTo(code));
        }
    }

    @Test
    void theVersionIsTheOneThatIsBuilt() throws IOException {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        Matcher version = VERSION.matcher(pom);
        assertThat(version.find()).isTrue();
        for (String name : List.of("README.md", "docs/guide.md")) {
            assertThat(VERSION.matcher(Files.readString(ROOT.resolve(name))).results().map(MatchResult::group))
                    .as(name).isNotEmpty().containsOnly(version.group());
        }
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> dead = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(withoutBlocks(document));
            while (link.find()) {
                String target = link.group(1);
                if (!target.matches("[a-z]+:.*") && !leadsSomewhere(document, target)) {
                    dead.add(document + ": " + target);
                }
            }
        }
        assertThat(dead).isEmpty();
    }

    private static boolean leadsSomewhere(Path document, String target) throws IOException {
        String[] parts = target.split("#", 2);
        Path file = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
        return Files.exists(file) && (parts.length == 1 || anchors(file).contains(parts[1]));
    }

    /// The names that a heading can be found by.
    private static Set<String> anchors(Path document) throws IOException {
        Set<String> anchors = new HashSet<>();
        for (String line : withoutBlocks(document).split("\n")) {
            if (line.startsWith("#")) {
                String heading = line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT);
                anchors.add(heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'));
            }
        }
        return anchors;
    }

    private static String withoutBlocks(Path document) throws IOException {
        return Files.readString(document).replaceAll("(?s)```.*?```", "");
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        for (Path folder : List.of(ROOT, ROOT.resolve("docs"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
            }
        }
        assertThat(documents).contains(ROOT.resolve("README.md"));
        return documents;
    }

    private static List<Block> blocks(Path document) throws IOException {
        List<Block> blocks = new ArrayList<>();
        Block open = null;
        String previous = "";
        boolean isSource = !document.toString().endsWith(".md");
        for (String whole : Files.readAllLines(document)) {
            String line = isSource ? COMMENT.matcher(whole).replaceFirst("") : whole;
            Matcher fence = FENCE.matcher(line);
            if (open != null && line.equals("```")) {
                blocks.add(open);
                open = null;
            } else if (open != null) {
                open.lines.add(line);
            } else if (fence.matches()) {
                open = new Block(document, previous, fence.group(1), new ArrayList<>());
            }
            previous = line;
        }
        assertThat(open).as("a block that does not end in %s", document).isNull();
        return blocks;
    }

    /// @param before the line in front of it, which names the source
    private record Block(Path document, String before, String language, List<String> lines) {
        void check(List<String> wrong) throws IOException {
            Matcher mark = MARK.matcher(before);
            if (!mark.matches()) {
                wrong.add(this + ": no line says which source it is from");
            } else if (!isIn(ROOT.resolve(mark.group(1)))) {
                wrong.add(this + ": not in " + mark.group(1));
            }
        }

        boolean isIn(Path file) throws IOException {
            List<String> source = Files.readAllLines(file);
            List<String> shown = aligned(lines);
            boolean found = false;
            for (int from = 0; from + shown.size() <= source.size() && !found; from++) {
                found = aligned(source.subList(from, from + shown.size())).equals(shown);
            }
            return found;
        }

        @Override
        public String toString() {
            return document.getFileName() + ", block that begins with \"" + lines.getFirst() + "\"";
        }

        /// The lines without the indentation that all of them have.
        private static List<String> aligned(List<String> lines) {
            int common = lines.stream()
                    .filter(line -> !line.isBlank())
                    .mapToInt(line -> line.length() - line.stripLeading().length())
                    .min().orElse(0);
            return lines.stream().map(line -> line.isBlank() ? "" : line.substring(common)).toList();
        }
    }
}
