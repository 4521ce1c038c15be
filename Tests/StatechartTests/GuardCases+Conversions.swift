/// From one type to another.
extension GuardCases {
    static let conversions = GuardCases(
        "conversions",
        typed: #"""
            double(0) => 0.0
            double(1000000000000) => 1000000000000.0
            double(-1000000000000000) => -1000000000000000.0
            double(-9007199254740992) => -9007199254740992.0
            double(9007199254740992) => 9007199254740992.0
            double(9223372036854775807) => 9.223372036854776e+18
            double('0') => 0.0
            double('0.0') => 0.0
            double('-0.0') => -0.0
            double('123') => 123.0
            double('123.456') => 123.456
            double('-987.654') => -987.654
            double('6.02214e23') => 6.02214e+23
            double('1.38e-23') => 1.38e-23
            double('-84.32e7') => -843200000.0
            double('-5.43e-21') => -5.43e-21
            int(-123.456) => -123
            int(1.9) => 1
            int(-7.9) => -7
            int(11.5) => 11
            int(-3.5) => -3
            int(double(36028797018963968)) => 36028797018963968
            int(double(36028797018963969)) => 36028797018963968
            int(9223372036854775807.0) => error: int() cannot convert 9.223372036854776e+18
            int(-9223372036854775808.0) => error: int() cannot convert -9.223372036854776e+18
            int(1e99) => error: int() cannot convert 1e+99
            int('987') => 987
            int(timestamp('2004-09-16T23:59:59Z')) => 1095379199
            string(123) => "123"
            string(-456) => "-456"
            string(123.456) => "123.456"
            string(-4.5e-3) => "-0.0045"
            dyn => refused: 'dyn' is not known; expressions have context, event, settings, now and functions (a text is
            int(18446744073709551615.0) => error: int() cannot convert 1.8446744073709552e+19
            bool('1') => true
            bool('t') => true
            bool('true') => true
            bool('TRUE') => true
            bool('True') => true
            bool('0') => false
            bool('f') => false
            bool('false') => false
            bool('FALSE') => false
            bool('False') => false
            bool('TrUe') => error: bool() cannot convert "TrUe"
            bool('FaLsE') => error: bool() cannot convert "FaLsE"
            bool(true) => true
            int(1) => 1
            double(5.5) => 5.5
            string('hello') => "hello"
            duration(duration('100s')) == duration('100s') => true
            timestamp(timestamp(1000000000)) == timestamp(1000000000) => true
            int('-9223372036854775808') => -9223372036854775808
            int('9223372036854775808') => error: int() cannot convert "9223372036854775808"
            int('') => error: int() cannot convert ""
            int(' 1') => error: int() cannot convert " 1"
            int('1.5') => error: int() cannot convert "1.5"
            double('x') => error: double() cannot convert "x"
            double('') => error: double() cannot convert ""
            bool('') => error: bool() cannot convert ""
            bool(1) => refused: 'bool' cannot convert int
            int(true) => refused: 'int' cannot convert bool
            int(null) => refused: 'int' cannot convert null
            string(true) => "true"
            string([1]) => refused: 'string' cannot convert list of int
            double(true) => refused: 'double' cannot convert bool
            duration(5) => refused: 'duration' cannot convert int
            int() => refused: 'int' takes one argument, found 0
            int(1, 2) => refused: 'int' takes one argument, found 2
            """#)
}
