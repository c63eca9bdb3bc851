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
import toystore.loadtest.result.Axis;

class SeriesTest {

    @Test
    void readsNumbersAsTheyAreListed() {
        assertThat(clients("1,2,4,8")).containsExactly(1.0, 2.0, 4.0, 8.0);
        assertThat(clients(" 3 , 7 ")).containsExactly(3.0, 7.0);
        assertThat(clients("5")).containsExactly(5.0);
        assertThat(probabilities("0,0.25,1")).containsExactly(0.0, 0.25, 1.0);
        assertThat(rates("0.5,1000000")).containsExactly(0.5, 1_000_000.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,2,4,…,64", "1,2,4,...,64", "1,2,4,..,64", "1, 2, 4, …, 64"})
    void goesOnDoublingToTheEnd(String text) {
        assertThat(clients(text)).containsExactly(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0);
    }

    @Test
    void goesOnInEvenStepsToTheEnd() {
        assertThat(clients("1,2,…,5")).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
        assertThat(clients("10,20,30,…,60")).containsExactly(10.0, 20.0, 30.0, 40.0, 50.0, 60.0);
        assertThat(clients("1,2,…,3")).containsExactly(1.0, 2.0, 3.0);
    }

    @Test
    void showsNoTraceOfBinaryFractions() {
        assertThat(probabilities("0,0.2,…,0.8")).containsExactly(0.0, 0.2, 0.4, 0.6, 0.8);
        assertThat(probabilities("0,0.1,…,1")).containsExactly(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0);
        assertThat(probabilities("0..1")).containsExactly(0.0, 0.2, 0.4, 0.6, 0.8, 1.0);
        assertThat(probabilities("0.1..0.7")).containsExactly(0.1, 0.22, 0.34, 0.46, 0.58, 0.7);
    }

    @Test
    void takesValuesThatWereRounded() {
        assertThat(probabilities("0,0.33,…,1")).containsExactly(0.0, 0.33, 0.67, 1.0);
        assertThat(rates("100,178,316,…,1000")).containsExactly(100.0, 178.0, 316.0, 562.0, 1000.0);
    }

    @Test
    void putsAsManyPointsIntoARangeAsItsAxisNeeds() {
        assertThat(clients("1..5")).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0);
        assertThat(clients("3...10")).containsExactly(3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0);
        assertThat(clients("1 … 9")).containsExactly(1.0, 2.0, 4.0, 8.0, 9.0);
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
                "1,2,4,…,60    | does not meet 60; it would be 1, 2, 4, 8, 16, 32, 64",
                "1,3,…,10      | does not meet 10; it would be 1, 3, 5, 7, 9, 11",
                "1,2,4,…,5     | does not meet 5; it would be 1, 2, 4, 8",
                "1,3,…,100     | does not meet 100; it would be 1, 3, 5, 7, 9, 11, …, 97, 99, 101",
                "1,2,5,…,100   | 1, 2, 5 are neither evenly spaced nor each so many times the one before",
                "1,2,…,1000    | more than 100 values",
                "1,2,…,2       | it has 2 after 2; expected values that ascend",
                "2,1,…,9       | it has 1 after 2; expected values that ascend",
                "4,2           | it has 2 after 4; expected values that ascend",
                "3,3           | it has 3 after 3; expected values that ascend",
                "1,…,5         | expected one ellipsis, after the first two values or more and before the last",
                "…             | expected one ellipsis",
                "1,2,…         | expected one ellipsis",
                "1,2,…,5,9     | expected one ellipsis",
                "1,2,…,5,…,9   | expected one ellipsis",
                "''            | it has an empty place; expected numbers with a comma between them",
                "1,,2          | it has an empty place",
                "1,2,          | it has an empty place",
                "1;2           | \"1;2\" is no number; expected values such as 1,2,4,8",
                "1,2,4..64     | \"4..64\" is no number",
                "1....64       | \"1....64\" is no number",
                "-1            | \"-1\" is no number",
                "1e3           | \"1e3\" is no number",
                "NaN           | \"NaN\" is no number",
                "0x10          | \"0x10\" is no number",
                "٣             | is no number",
                "9999999999    | is no number",
                "8..8          | it goes from 8 to 8; expected the lower end first",
                "9..1          | it goes from 9 to 1; expected the lower end first",
                "0             | it has 0; expected whole numbers of clients from 1 to 1000",
                "0..9          | it has 0; expected whole numbers",
                "1.5..3        | it has 1.5; expected whole numbers",
                "1..5000       | it has 5000; expected whole numbers",
                "1..999999999  | it has 999999999; expected whole numbers",
                "1,1001        | it has 1001; expected whole numbers",
                "1,1.5,…,3     | it has 1.5; expected whole numbers"
            })
    void saysWhatIsWrongWithASeriesOfClients(String text, String expected) {
        assertThatThrownBy(() -> Series.parse(text, Axis.CLIENTS))
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + text + "\" is no series: ")
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
        assertThatThrownBy(() -> Series.parse("1", Axis.NONE)).hasMessageContaining("nothing that a series could");
        assertThatThrownBy(() -> Series.parse("1..2", Axis.NONE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Series(Axis.RATE, List.of())).hasMessageContaining("it is empty");
    }

    @Test
    void takesAHundredValuesAndNoMore() {
        assertThat(clients("1,2,…,100")).hasSize(100);
        assertThat(clients(listTo(100))).hasSize(100);
        assertThatThrownBy(() -> clients("1,2,…,101")).hasMessageContaining("more than 100 values");
        assertThatThrownBy(() -> clients(listTo(101))).hasMessageContaining("it has 101 values; expected at most 100");
    }

    @Test
    void showsAHostileTextShortenedAndOnOneLine() {
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
                .hasMessageStartingWith("\"many\" is no series: ");
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
