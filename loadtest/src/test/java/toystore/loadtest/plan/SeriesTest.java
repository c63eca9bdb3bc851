package toystore.loadtest.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;
import toystore.loadtest.result.Results.Axis;

class SeriesTest {

    @Test
    void readsAList() {
        assertThat(clients("1,2,4,8")).containsExactly(1.0, 2.0, 4.0, 8.0);
        assertThat(clients(" 3 , 7 ")).containsExactly(3.0, 7.0);
        assertThat(clients("5")).containsExactly(5.0);
        assertThat(probabilities("0,0.25,1")).containsExactly(0.0, 0.25, 1.0);
        assertThat(rates("0.5,1000000")).containsExactly(0.5, 1_000_000.0);
    }

    @Test
    void countsInStepsUpToTheEnd() {
        assertThat(clients("1..5:1")).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
        assertThat(clients("10..60:10")).containsExactly(10.0, 20.0, 30.0, 40.0, 50.0, 60.0);
        assertThat(rates("100 .. 1000 : 400")).containsExactly(100.0, 500.0, 900.0);
        assertThat(clients("1..3:9")).containsExactly(1.0);
    }

    @Test
    void hasExactDecimalFractions() {
        assertThat(probabilities("0..0.8:0.2")).containsExactly(0.0, 0.2, 0.4, 0.6, 0.8);
        assertThat(probabilities("0..1:0.1")).containsExactly(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0);
        assertThat(probabilities("0..1")).containsExactly(0.0, 0.2, 0.4, 0.6, 0.8, 1.0);
        assertThat(probabilities("0.1..0.7")).containsExactly(0.1, 0.22, 0.34, 0.46, 0.58, 0.7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,2,4,…,64", "1,2,4,...,64", "1,2,4,..,64", "1…64", "1...64", "1....64", "…", "1,2,4..64"})
    void refusesAnEllipsisAndTellsWhatToWrite(String text) {
        assertThatThrownBy(() -> clients(text))
                .hasMessage("\"" + text + "\" is not a series: it has an ellipsis; expected a list such as 1,2,4,8, a"
                        + " range such as 1..64, or a range with a step such as 0..0.8:0.2");
    }

    @Test
    void choosesTheValuesOfARangeByItsAxis() {
        assertThat(clients("1..5")).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
        assertThat(clients("3..10")).containsExactly(3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0);
        assertThat(clients("1 .. 9")).containsExactly(1.0, 2.0, 4.0, 8.0, 9.0);
        assertThat(clients("1..64")).containsExactly(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0);
        assertThat(clients("1..1000")).hasSize(11).endsWith(512.0, 1000.0);
        assertThat(rates("500..20000"))
                .containsExactly(
                        500.0, 700.0, 980.0, 1400.0, 1900.0, 2700.0, 3700.0, 5200.0, 7300.0, 10000.0, 14000.0, 20000.0);
        assertThat(rates("1234..1250")).containsExactly(1234.0, 1250.0);
        assertThat(rates("0.000000001..1000000"))
                .hasSize(12)
                .startsWith(0.000000001)
                .endsWith(1_000_000.0);
    }

    @Test
    void givesClientsAsWholeNumbers() {
        assertThat(Series.parse("1,2.0,3", Axis.CLIENTS).whole()).containsExactly(1, 2, 3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1..200:1      | it has more than 100 values; expected at most that",
                "1..9:0        | its step is 0; expected a step above 0",
                "1..9:-1       | it has an ellipsis",
                "1..3:0.5      | it has 1.5; expected whole numbers",
                "4,2           | it has 2 after 4; expected ascending values",
                "3,3           | it has 3 after 3; expected ascending values",
                "''            | \"\" is not a number; expected a list such as 1,2,4,8",
                "1,,2          | \"\" is not a number",
                "1,2,          | \"\" is not a number",
                "1;2           | \"1;2\" is not a number; expected a list such as 1,2,4,8",
                "-1            | \"-1\" is not a number",
                "1e3           | \"1e3\" is not a number",
                "NaN           | \"NaN\" is not a number",
                "0x10          | \"0x10\" is not a number",
                "٣             | is not a number",
                "9999999999    | is not a number",
                "8..8          | it goes from 8 to 8; expected the lower end first",
                "9..1          | it goes from 9 to 1; expected the lower end first",
                "0             | it has 0; expected whole numbers of clients from 1 to 1000",
                "0..9          | it has 0; expected whole numbers",
                "1.5..3        | it has 1.5; expected whole numbers",
                "1..5000       | it has 5000; expected whole numbers",
                "1..999999999  | it has 999999999; expected whole numbers",
                "1,1001        | it has 1001; expected whole numbers"
            })
    void refusesOtherTexts(String text, String expected) {
        assertThatThrownBy(() -> Series.parse(text, Axis.CLIENTS))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + text + "\" is not a series: ")
                .hasMessageContaining(expected);
    }

    @Test
    void keepsProbabilitiesAndRatesWithinTheirBounds() {
        assertThatThrownBy(() -> Series.parse("0,1.1", Axis.PROBABILITY))
                .hasMessageEndingWith("it has 1.1; expected probabilities from 0 to 1");
        assertThatThrownBy(() -> Series.parse("0..2", Axis.PROBABILITY)).hasMessageContaining("it has 2; expected");
        assertThatThrownBy(() -> Series.parse("0..100", Axis.RATE))
                .hasMessageEndingWith("it has 0; expected requests per second above 0, up to 1000000");
        assertThatThrownBy(() -> Series.parse("1000001", Axis.RATE)).hasMessageContaining("it has 1000001; expected");
        assertThatThrownBy(() -> Series.parse("1", Axis.NONE)).hasMessageContaining("there is no axis");
        assertThatThrownBy(() -> Series.parse("1..2", Axis.NONE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Series(Axis.RATE, List.of())).hasMessageContaining("it is empty");
    }

    @Test
    void hasAtMostAHundredValues() {
        assertThat(clients("1..100:1")).hasSize(100);
        assertThat(clients(listTo(100))).hasSize(100);
        assertThatThrownBy(() -> clients("1..101:1")).hasMessageContaining("more than 100 values");
        assertThatThrownBy(() -> clients(listTo(101))).hasMessageContaining("it has 101 values; expected at most 100");
    }

    @Test
    void abbreviatesAHostileText() {
        assertThatThrownBy(() -> clients("1\n\u001b[2J" + "x".repeat(10_000)))
                .hasMessageStartingWith("\"1??[2J")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
    }

    @Test
    void isReadFromTheCommandLine() {
        assertThat(new Series.OfClients().convert("1..3")).isEqualTo(new Series(Axis.CLIENTS, List.of(1.0, 2.0, 3.0)));
        assertThat(new Series.OfProbabilities().convert("0.5").axis()).isEqualTo(Axis.PROBABILITY);
        assertThat(new Series.OfRates().convert("0.5").axis()).isEqualTo(Axis.RATE);
        assertThatThrownBy(() -> new Series.OfClients().convert("many"))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageStartingWith("\"many\" is not a series: ");
    }

    private static String listTo(int last) {
        return IntStream.rangeClosed(1, last).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }

    private static List<Double> clients(String text) {
        return Series.parse(text, Axis.CLIENTS).values();
    }

    private static List<Double> probabilities(String text) {
        return Series.parse(text, Axis.PROBABILITY).values();
    }

    private static List<Double> rates(String text) {
        return Series.parse(text, Axis.RATE).values();
    }
}
