import { ApiError } from './errors';
import { columnsTest } from './filterPatternColumns';
import { jsonTest } from './filterPatternJson';
import { PatternScanner, type PatternTest } from './filterPatternScanner';
import { termsTest } from './filterPatternTerms';

/**
 * A filter pattern as a test of messages: plain terms, a condition on members of JSON in braces, or a condition on columns
 * in brackets, with regular expressions between percent signs in any of them.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function parsePattern(pattern: string): PatternTest {
  if (pattern.length > 1024) throw tooLong(pattern);
  const scanner = new PatternScanner(pattern);
  if (scanner.take('{')) return jsonTest(scanner);
  return scanner.take('[') ? columnsTest(scanner) : termsTest(scanner);
}

function tooLong(pattern: string): ApiError {
  const what = `1 validation error detected: Value '${pattern}' at 'filterPattern' failed to satisfy constraint`;
  return new ApiError(400, 'InvalidParameterException', `${what}: Member must have length less than or equal to 1024`);
}
