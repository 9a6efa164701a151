import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.plaid.client.ApiClient;
import com.plaid.client.JSON;
import com.plaid.client.model.AccountsGetRequest;
import com.plaid.client.model.AccountsGetRequestOptions;
import com.plaid.client.model.AccountsGetResponse;
import com.plaid.client.request.PlaidApi;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import retrofit2.Response;

/**
 * Sends one request with Plaid's own Java client, from Maven Central; node/accounts_get.mjs describes input and output.
 */
public final class AccountsGet {
  public static void main(String[] arguments) throws Exception {
    JsonObject given = JsonParser.parseReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).getAsJsonObject();
    String clientId = given.get("clientId").getAsString();
    String secret = given.get("secret").getAsString();
    AccountsGetRequest request = new AccountsGetRequest().accessToken(given.get("accessToken").getAsString());
    ApiClient client;
    if (arguments[0].equals("header")) {
      client = new ApiClient(Map.of("clientId", clientId, "secret", secret));
    } else {
      client = new ApiClient();
      request.clientId(clientId).secret(secret);
    }
    client.setPlaidAdapter(given.get("url").getAsString());
    if (!given.get("accountIds").isJsonNull()) {
      AccountsGetRequestOptions options = new AccountsGetRequestOptions();
      given.getAsJsonArray("accountIds").forEach(id -> options.addAccountIdsItem(id.getAsString()));
      request.options(options);
    }
    Response<AccountsGetResponse> response = client.createService(PlaidApi.class).accountsGet(request).execute();
    String body = response.isSuccessful() ? new JSON().getGson().toJson(response.body()) : response.errorBody().string();
    new PrintStream(System.out, true, StandardCharsets.UTF_8).printf("{\"status\": %d, \"body\": %s}%n", response.code(), body);
  }
}
