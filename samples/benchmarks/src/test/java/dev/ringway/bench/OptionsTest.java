package dev.ringway.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    @Test
    void whatIsNotGivenHasADefault() {
        Options options = Options.parse(new String[] {"rounds=5", "size=1024", "seed=-3"}, 42);
        assertThat(options).isEqualTo(new Options(5, 2, 8, 64, 1024, 0, 1, -3));
        assertThat(Options.parse(new String[0], 42).seed()).isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rounds=0", "rounds=x", "rounds", "size=4097", "loadCore=0", "turns=3", "seconds="})
    void whatMakesNoSenseIsRefused(String argument) {
        String name = argument.split("=")[0];
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(new String[] {argument}, 1))
                .withMessageContaining(name);
    }
}
