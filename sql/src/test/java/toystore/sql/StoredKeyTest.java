package toystore.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StoredKeyTest {
    @Test
    void theKeyThatAClientSentIsFoundInEachForm() {
        assertThat(StoredKey.sent("key")).isEqualTo("key");
        assertThat(StoredKey.sent(StoredKey.without("17"))).isNull();
        assertThat(StoredKey.sent(StoredKey.superseded("17", "key"))).isEqualTo("key");
    }
}
