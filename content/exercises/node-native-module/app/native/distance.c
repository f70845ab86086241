// How many letters have to be typed, deleted, replaced or swapped to make one word of another.
#include <node_api.h>
#include <string.h>

#define WORD_MAX 64

static int least(int a, int b) { return a < b ? a : b; }

static int distance(const char *a, const char *b) {
  size_t rows = strlen(a), columns = strlen(b);
  int table[WORD_MAX + 1][WORD_MAX + 1];
  for (size_t i = 0; i <= rows; i++) table[i][0] = (int)i;
  for (size_t j = 0; j <= columns; j++) table[0][j] = (int)j;
  for (size_t i = 1; i <= rows; i++) {
    for (size_t j = 1; j <= columns; j++) {
      int other = a[i - 1] != b[j - 1];
      table[i][j] = least(least(table[i - 1][j], table[i][j - 1]) + 1, table[i - 1][j - 1] + other);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        table[i][j] = least(table[i][j], table[i - 2][j - 2] + 1);
      }
    }
  }
  return table[rows][columns];
}

static napi_value call(napi_env env, napi_callback_info info) {
  napi_value arguments[2], result;
  size_t count = 2, length;
  char words[2][WORD_MAX + 1];
  napi_get_cb_info(env, info, &count, arguments, NULL, NULL);
  for (int i = 0; i < 2; i++) {
    if (count < 2 || napi_get_value_string_utf8(env, arguments[i], words[i], sizeof words[i], &length) != napi_ok) {
      napi_throw_type_error(env, NULL, "expected two words");
      return NULL;
    }
  }
  napi_create_int32(env, distance(words[0], words[1]), &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "distance", NAPI_AUTO_LENGTH, call, NULL, &function);
  return function;
}
