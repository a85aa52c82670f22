"""Three hundred strings that tokenizers get wrong."""

import random

HAND = [
    "", " ", "   ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u200b", "\ufeff", "\x00", "a\x00b", "\x7f", "\x1b[31mred\x1b[0m",
    "a", "A", ".", "!", "'", "''", "\"", "`", "\\", "/", "//", "--", "---", "...", "…", "?!?!", "(((((", "<>", "<|", "|>", "&", "&&",
    "a photo of a cat", "A Photo Of A CAT", "a  photo   of\ta\ncat", "  leading and trailing  ", "cat,dog", "cat, dog.", "cat.dog",
    "red circle and blue square", "the quick brown fox jumps over the lazy dog",
    # contractions, in both apostrophes and both cases
    "don't", "DON'T", "I'm he's they've we'll I'd you're", "I’m he’s they’ve we’ll", "rock 'n' roll", "'tis the season", "'s", "'S",
    "'ll", "'LL be", "dogs' bones", "o'clock", "''''s", "can't've", "it's's", "'re 've 'm 'd 't",
    # numbers
    "0", "12345", "3.14159", "1,000,000", "1e-5", "2^10=1024", "10x10", "4k 8K", "½ ¼ ¾", "x² + y³", "Ⅷ ⅷ", "①②③", "٣١٤", "१२३", "๑๒๓",
    "𝟘𝟙𝟚", "７８９", "a1b2c3", "1st 2nd 3rd", "24x24x16", "50%", "$19.99", "#ff8800", "v1.0.0-rc.1", "-40°C",
    # special tokens written out, whole and in part
    "<|endoftext|>", "<|startoftext|>", "a <|endoftext|> b", "a<|endoftext|>b", "<|endoftext|><|endoftext|>", "<|ENDOFTEXT|>",
    "<|EndOfText|>", "<|startoftext|>cat<|endoftext|>", "<|endoftext|", "|endoftext|>", "<|endoftext |>", "<| endoftext|>",
    "<|pad|>", "<pad>", "</w>", "cat</w>", "</w></w>", "<s>", "[CLS]", "<start_of_text>", "<end_of_text>", "!<|endoftext|>!",
    "  <|endoftext|>  ", "x<|startoftext|>", "<|endoftext|>\n",
    # markup and entities
    "&lt;b&gt;", "&amp;amp;", "AT&T", "&#39;", "&nbsp;", "<b>bold</b>", "<br/>", "https://example.com/a?b=c&d=e#f", "user@example.com",
    "C:\\temp\\x.png", "{\"json\": [1, 2]}", "a:b", "(red:1.3)", "((masterpiece))", "[blue]", "{a|b|c}", "red_circle", "snake_case_word",
    "kebab-case-word", "camelCaseWord", "ALLCAPS", "C++", "C#", "f(x)=y", "a+b=c", "~/.config", "*stars*", "__init__",
    # Latin with marks, composed and not
    "café", "cafe\u0301", "naïve", "Ångström", "A\u030angstro\u0308m", "\u212b \u212a \u2126", "São Paulo", "Łódź", "Füße", "FÜSSE", "ẞ", "straße",
    "İstanbul", "istanbul ıĞ", "DİYARBAKIR", "i\u0307", "ﬁ ﬂ ﬀ", "Ǆ ǅ ǆ", "ŉ", "æ œ Æ Œ", "ñ n\u0303", "q\u0307\u0323", "q\u0323\u0307",
    "a\u0300\u0301\u0302\u0303\u0304", "Z\u0351\u036b\u0343\u036ba\u0320\u0358l\u0348g\u0331o\u0321", "\u0301", "\u0301a", " \u0301 ", "1\u0308",
    # Greek, Cyrillic and others with case
    "ΟΔΥΣΣΕΥΣ", "Σίσυφος", "ς σ Σ", "Ἀχιλλεύς", "ᾳ ᾼ", "Привет, мир", "ЁЖИК ёжик", "и\u0306", "Україна", "Ѐ", "Հայերեն և", "ქართული ᲥᲐᲠᲗᲣᲚᲘ",
    "ᏣᎳᎩ ꮳꮃꭹ", "𐐔𐐯𐑅𐐨𐑉𐐯𐐻",
    # scripts without case
    "猫", "一只红色的猫", "赤い猫とあおいはこ", "ガラス", "カ\u3099ラス", "ｶﾞﾗｽ", "빨간 고양이", "\u1112\u1161\u11ab", "한", "ไทยแมว", "น้ำ", "हिन्दी बिल्ली",
    "क\u093c क़", "বাংলা", "தமிழ்", "తెలుగు", "བོད་", "မြန်မာ", "ខ្មែរ", "አማርኛ", "ꦗꦮ", "𠮷野家", "𓀀𓀁", "𒀀", "㍿ ㌔ ㎏", "Ｆｕｌｌ Ｗｉｄｔｈ",
    "“quotes” ‘single’ «guillemets» „low“", "。、！？", "中文, english 混合 text", "日本語2024年",
    # right to left
    "قطة حمراء", "שלום עולם", "שָׁלוֹם", "مرحبا world שלום", "\u202eabc\u202c", "\u200fa\u200e", "ﷺ", "ﻻ", "لا", "آ ا\u0653", "٪",
    # emoji
    "😀", "😀😀😀", "a😀b", "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇯🇵🇫🇷", "1️⃣", "❤️", "❤", "☃", "🧑🏿‍🚀", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩‍❤️‍💋‍👨", "🫠🪿", "cat🐱dog🐶", "🐱 🐶",
    ":-) ;) :D", "¯\\_(ツ)_/¯", "(╯°□°)╯︵ ┻━┻", "♥♦♣♠", "←↑→↓", "∀x∈ℝ: x²≥0", "∑∫√∞≠≈", "€£¥₹₿", "©®™", "†‡•‣", "½cup",
    # joiners, separators, odd white space
    "a\u200db", "a\u200cb", "a\u00adb", "a\u2060b", "a\u200bb", "word\u2028line\u2029para", "a\u0085b", "a\x0bb\x0cc", "a\x1cb\x1db\x1eb\x1fb",
    "\u1680a\u180eb\u2003c\u202fd\u205fe", "tab\there", "new\n\nlines\r\nhere", "\ufffd", "\ufffe\uffff", "\ue000", "\U0010ffff", "\U000e0001",
    "a\ufe0fb", "\u2066iso\u2069", "nul\x00l", "bell\x07", "back\x08space", "\x01\x02\x03", "\u0600",
]

LONG = [
    " ".join(["word"] * 74), " ".join(["word"] * 75), " ".join(["word"] * 76), " ".join(["word"] * 200),
    "a" * 75, "a" * 500, "1" * 74, "1" * 75, "1" * 76, "1" * 300, "." * 200, "!?" * 120, "猫" * 90, "😀" * 60, "é" * 200, "e\u0301" * 200,
    "supercalifragilisticexpialidocious" * 6,
    "a highly detailed oil painting of a red fox sitting under an old oak tree beside a slow river at dawn, mist over the water, "
    "warm low light, long shadows, autumn leaves, a wooden boat tied to a post, distant hills, birds in the sky, soft focus, muted "
    "colours, thick brush strokes, visible canvas, in the manner of a nineteenth century landscape, calm, quiet, wide view, 35mm, "
    "award winning, trending, sharp details, 8k",
    ("don't stop, " * 40).strip(), "<|endoftext|>" * 80, " ".join("x" * n for n in range(1, 40)), "a," * 90,
]


def strings():
    """Returns the 300 strings, each once, in a fixed order."""
    out = list(dict.fromkeys(HAND + LONG))
    r = random.Random(3)
    pool = [s for s in HAND if 0 < len(s) < 14]
    glue = ["", " ", "  ", ", ", "\n", "-", "\u200d", "'s ", ". "]
    while len(out) < 300:
        s = "".join(r.choice(pool) + r.choice(glue) for _ in range(r.randint(2, 9)))
        if r.random() < 0.3:
            s = s.upper()
        if s not in out:
            out.append(s)
    return out[:300]
