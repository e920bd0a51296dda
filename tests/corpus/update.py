"""`python -m tests.corpus.update` writes what stands beside each case anew; read every line of the diff."""

from tests.corpus.cases import INVALID, VALID, expect

if __name__ == "__main__":
    for case in (*VALID, *INVALID):
        for path, text in expect(case).items():
            path.write_bytes(text.encode())
