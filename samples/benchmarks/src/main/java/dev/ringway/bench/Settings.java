package dev.ringway.bench;

import java.nio.file.Path;
import java.util.Random;
import java.util.Set;

/// What was chosen for a run, and what experiments share.
///
/// @param rounds paired rounds of what has a goal, 1 to 10,000
/// @param millis measured in each run of a load, 1 to 3,600,000
/// @param quick everything in a few minutes, to see that it works: fewer cells, fewer rounds, no verdicts
/// @param serverCore the CPU that all threads of what is measured are pinned to
/// @param loadCore the CPU of the load
/// @param seed of the orders within the rounds
/// @param cells the only ones to be measured; empty: all
/// @param subjects the only ones to be measured; empty: all
/// @param programs the programs in C
public record Settings(
        int rounds,
        int millis,
        boolean quick,
        int serverCore,
        int loadCore,
        long seed,
        Set<String> cells,
        Set<String> subjects,
        CPrograms programs) {

    /// Many and short: what the machine does beside a round changes slowly, and the median of many is sharper than that
    /// of a few that take as long. With 20 rounds of a second the interval was four times as wide.
    public static final int DEFAULT_ROUNDS = 100;
    public static final int DEFAULT_MILLIS = 200;
    public static final int QUICK_ROUNDS = 8;
    private static final int QUICK_SLOW_ROUNDS = 3;

    public Settings {
        between("--rounds", rounds, 1, 10_000);
        between("--millis", millis, 1, 3_600_000);
        between("--server-core", serverCore, 0, 65_535);
        between("--load-core", loadCore, 0, 65_535);
        if (serverCore == loadCore) {
            throw new IllegalArgumentException("--server-core and --load-core are both " + loadCore);
        }
        cells = Set.copyOf(cells);
        subjects = Set.copyOf(subjects);
    }

    private static void between(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be from " + least + " to " + most + ", not " + value);
        }
    }

    /// Rounds of what has no goal: enough to see where it stands.
    public int fewRounds() {
        return Math.max(Math.min(rounds, QUICK_ROUNDS), rounds / 4);
    }

    /// Rounds of what has a goal and takes a second or more a run: no more than a verdict takes.
    public int roundsOfSeconds() {
        return Math.min(rounds, quick ? QUICK_SLOW_ROUNDS : Goal.LEAST_ROUNDS);
    }

    /// The same, with longer runs of a load.
    public Settings withMillis(int longer) {
        return new Settings(
                rounds, longer, quick, serverCore, loadCore, seed, cells, subjects, programs);
    }

    public boolean wantsCell(String cell) {
        return cells.isEmpty() || cells.contains(cell);
    }

    public boolean wantsSubject(String subject) {
        return subjects.isEmpty() || subjects.contains(subject);
    }

    /// Draws the orders within the rounds.
    public Random random() {
        return new Random(seed);
    }

    /// Where an experiment keeps what it makes on the way.
    public Path directory() {
        return programs.directory();
    }
}
