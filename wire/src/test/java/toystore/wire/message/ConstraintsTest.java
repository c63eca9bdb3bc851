package toystore.wire.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConstraintsTest {

    @ParameterizedTest
    @ValueSource(strings = {"Tux", " ", "Ünïcødé 玩具 🧸", "a/b?c=d&e%20f", "\"quoted\" \\ back"})
    void acceptsAnyPrintableName(String name) {
        assertThat(Constraints.name(name)).isSameAs(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "a\u0000b", "tab\there", "\u0085", "\uD800", "\uDC00x"})
    void refusesNamesThatCannotBePrinted(String name) {
        assertThatThrownBy(() -> Constraints.name(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void countsANameInCharactersNotInBytes() {
        assertThat(Constraints.name("🧸".repeat(200))).hasSize(400);
        assertThatThrownBy(() -> Constraints.name("🧸".repeat(201)))
                .hasMessage("name has 201 characters; expected 1 to 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "T", "Ünïcødé 玩具 🧸", "a/b?c=d&e%20f"})
    void acceptsTheBeginningOfAnyName(String prefix) {
        assertThat(Constraints.prefix(prefix)).isSameAs(prefix);
    }

    @Test
    void refusesAPrefixThatNoNameHas() {
        assertThat(Constraints.prefix("🧸".repeat(200))).hasSize(400);
        assertThatThrownBy(() -> Constraints.prefix("🧸".repeat(201)))
                .hasMessage("prefix has 201 characters; expected 0 to 200");
        assertThatThrownBy(() -> Constraints.prefix("T\n"))
                .hasMessage("prefix contains the character U+000A; control characters are not allowed");
        assertThatThrownBy(() -> Constraints.prefix("\uD83E")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1_000_000_000, -1_000_000_000})
    void acceptsUnitsThatAreAddedOrTaken(int units) {
        assertThat(Constraints.added(units)).isEqualTo(units);
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000_000_001, -1_000_000_001, Integer.MIN_VALUE})
    void refusesMoreUnitsThanAStockHas(int units) {
        assertThatThrownBy(() -> Constraints.added(units))
                .hasMessage("add is " + units + "; expected a whole number from -1000000000 to 1000000000");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1_000_001, Integer.MIN_VALUE})
    void refusesQuantitiesOutOfRange(int quantity) {
        assertThatThrownBy(() -> Constraints.quantity(quantity))
                .hasMessage("quantity is " + quantity + "; expected a whole number from 1 to 1000000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.01", "15.90", "1000000000", "1E+3", "0.0001"})
    void acceptsPrices(String price) {
        assertThat(Constraints.price(new BigDecimal(price))).isEqualByComparingTo(price);
    }

    @ParameterizedTest
    @CsvSource({
        "15.90, 15.90",
        "15.9, 15.9",
        "20, 20",
        "2E1, 20",
        "1E+9, 1000000000",
        "1.99000, 1.9900",
        "0.000000000, 0.0000",
        "0e-999999999, 0.0000",
        "0e999999999, 0",
    })
    void keepsTheDigitsOfAPriceExceptSuperfluousZerosAndExponents(String written, String kept) {
        assertThat(Constraints.price(new BigDecimal(written))).hasToString(kept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-0.01",
                "1000000000.01",
                "0.00001",
                "1e999999999",
                "1e-999999999",
                "-1e999999999",
                "1.00000000000000000001"
            })
    void refusesInvalidPricesWithoutExpandingThem(String price) {
        assertThatThrownBy(() -> Constraints.price(new BigDecimal(price)))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith("price is ")
                .hasSizeLessThan(150);
    }
}
