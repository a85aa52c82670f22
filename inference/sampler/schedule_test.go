package sampler

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// Golden tables and runs, computed in float64 apart from this package from
// the formulas at cosineSchedule and posteriorSchedule.

const tableA = `
|0|1.00|0.95|0.00010000|0.00605964|0.01650262|7.78437192|7.65629223|0.98875452|
|1|0.95|0.90|0.00605964|0.02409172|0.25152391|1.99393209|1.49695289|0.85726147|
|2|0.90|0.85|0.02409172|0.05365923|0.44897629|1.49241050|0.83244218|0.73097819|
|3|0.85|0.80|0.05365923|0.09404561|0.57056606|1.32387516|0.58441268|0.64117647|
|4|0.80|0.75|0.09404561|0.14427210|0.65186277|1.23857386|0.45302191|0.57344255|
|5|0.75|0.70|0.14427210|0.20312147|0.71027499|1.18655190|0.37162497|0.51942304|
|6|0.70|0.65|0.20312147|0.26916752|0.75462846|1.15115396|0.31641826|0.47437845|
|7|0.65|0.60|0.26916752|0.34080964|0.78978847|1.12523856|0.27668921|0.43543644|
|8|0.60|0.55|0.34080964|0.41631159|0.81864077|1.10523165|0.24688093|0.40073284|
|9|0.55|0.50|0.41631159|0.49384359|0.84300292|1.08914440|0.22381362|0.36897558|
|10|0.50|0.45|0.49384359|0.57152668|0.86407793|1.07578019|0.20552807|0.33920677|
|11|0.45|0.40|0.57152668|0.64747821|0.88269639|1.06437417|0.19074090|0.31066104|
|12|0.40|0.35|0.64747821|0.71985752|0.89945328|1.05441286|0.17856059|0.28267048|
|13|0.35|0.30|0.71985752|0.78691051|0.91478956|1.04553698|0.16832271|0.25458800|
|14|0.30|0.25|0.78691051|0.84701216|0.92904275|1.03748577|0.15947694|0.22570741|
|15|0.25|0.20|0.84701216|0.89870592|0.94247978|1.03006345|0.15148026|0.19515237|
|16|0.20|0.15|0.89870592|0.94073900|0.95531908|1.02311811|0.14363352|0.16167895|
|17|0.15|0.10|0.94073900|0.97209274|0.96774615|1.01652783|0.13468412|0.12324376|
|18|0.10|0.05|0.97209274|0.99200728|0.97992500|1.01019120|0.12139489|0.07582570|
|19|0.05|0.00|0.99200728|0.99990000|0.99210649|1.00397028|0.08864285|0|`

const tableB = `
|0|1.00|-9.21024037|0.00010000|0.01000000|0.99995000|0.99358326|0.03901061|0.25596323|0.96589906|
|1|0.95|-6.48632041|0.00152183|0.03901061|0.99923880|0.97496199|0.07831833|0.49542503|0.86511287|
|2|0.90|-5.08779458|0.00613376|0.07831833|0.99692840|0.94969453|0.11822571|0.65520082|0.74614648|
|3|0.85|-4.25624350|0.01397732|0.11822571|0.99298675|0.92396114|0.15904593|0.72965711|0.66506007|
|4|0.80|-3.65150341|0.02529561|0.15904593|0.98727118|0.89751097|0.20110758|0.76864866|0.60723552|
|5|0.75|-3.16654569|0.04044426|0.20110758|0.97956916|0.87007081|0.24475826|0.78854590|0.56417086|
|6|0.70|-2.75319242|0.05990661|0.24475826|0.96958413|0.84133605|0.29036619|0.79607335|0.53099407|
|7|0.65|-2.38514467|0.08431253|0.29036619|0.95691560|0.81096047|0.33831781|0.79424822|0.50468883|
|8|0.60|-2.04598264|0.11445894|0.33831781|0.94103191|0.77854443|0.38900824|0.78433552|0.48320842|
|9|0.55|-1.72422768|0.15132741|0.38900824|0.92123427|0.74362166|0.44281914|0.76660282|0.46500679|
|10|0.50|-1.41092124|0.19608879|0.44281914|0.89661096|0.70564503|0.50007512|0.74063607|0.44875727|
|11|0.45|-1.09821168|0.25007512|0.50007512|0.86598203|0.66397313|0.56096499|0.70547710|0.43315164|
|12|0.40|-0.77832165|0.31468172|0.56096499|0.82783952|0.61786112|0.62540871|0.65969917|0.41672648|
|13|0.35|-0.44253938|0.39113605|0.62540871|0.78029735|0.56646342|0.69284746|0.60150342|0.39768836|
|14|0.30|-0.07989204|0.48003761|0.69284746|0.72108418|0.50886144|0.76194322|0.52893405|0.37372624|
|15|0.25| 0.32506226|0.58055747|0.76194322|0.64764383|0.44413761|0.83021317|0.44035450|0.34180991|
|16|0.20| 0.79663354|0.68925390|0.83021317|0.55744605|0.37152307|0.89372094|0.33538878|0.29795511|
|17|0.15| 1.37841997|0.79873712|0.89372094|0.44862332|0.29063971|0.94709806|0.21666291|0.23677510|
|18|0.10| 2.16426987|0.89699473|0.94709806|0.32094434|0.20181159|0.98426509|0.09360889|0.14986530|
|19|0.05| 3.43490479|0.96877777|0.98426509|0.17669814|0.10626538|0.99980004|0.00222791|0.01987251|`

const tableC = `
|0|1.0|-9.21024037|0.00010000|0.01000000|0.99995000|0.99358326|
|1|0.9|-3.70150022|0.02409172|0.15521509|0.98788070|0.9|
|2|0.8|-2.26520905|0.09404561|0.30666857|0.95181636|0.8|
|3|0.7|-1.36689806|0.20312147|0.45069000|0.89268053|0.7|
|4|0.6|-0.65968827|0.34080964|0.58378904|0.81190539|0.6|
|5|0.5|-0.02462688|0.49384359|0.70274006|0.71144670|0.5|
|6|0.4| 0.60797271|0.64747821|0.80466031|0.59373545|0.4|
|7|0.3| 1.30640232|0.78691051|0.88707977|0.46161617|0.3|
|8|0.2| 2.18292790|0.89870592|0.94800101|0.31826731|0.2|
|9|0.1| 3.55056424|0.97209274|0.98594763|0.16705467|0.1|`

// rows reads a table.
func rows(t *testing.T, table string) [][]float64 {
	t.Helper()
	var out [][]float64
	for line := range strings.Lines(strings.TrimSpace(table)) {
		var row []float64
		for cell := range strings.SplitSeq(strings.Trim(strings.TrimSpace(line), "|"), "|") {
			v, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
			if err != nil {
				t.Fatal(err)
			}
			row = append(row, v)
		}
		out = append(out, row)
	}
	return out
}

// equal compares a row beyond its index; the tables have 8 decimals.
func equal(t *testing.T, i int, want []float64, got ...float64) {
	t.Helper()
	if len(got) != len(want)-1 {
		t.Fatalf("row %d: got %d values, want %d", i, len(got), len(want)-1)
	}
	for j, g := range got {
		if !(math.Abs(g-want[j+1]) <= 0.6e-8) {
			t.Errorf("row %d, column %d: got %.8f, want %.8f", i, j+1, g, want[j+1])
		}
	}
}

func exact(x float64) float64 { return x }

func TestTableA(t *testing.T) {
	want := rows(t, tableA)
	s := posterior(len(want), 1, exact)
	for i, row := range want {
		st := s[i]
		next, nextV := 0.0, ceiling
		if i+1 < len(s) {
			next, nextV = s[i+1].T, square(s[i+1].A)
		}
		equal(t, i, row, st.T, next, square(st.A), nextV, 1-st.Beta, st.Mean, st.Mean*st.Beta/st.Sigma, st.Noise)
	}
}

// Rounded to float32, the coefficients stay near.
func TestPosteriorIsNearTableA(t *testing.T) {
	want := rows(t, tableA)
	s, err := posteriorSchedule(len(want))
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range want {
		st := s[i]
		for j, got := range []float64{st.T, square(st.A), 1 - st.Beta, st.Mean, st.Mean * st.Beta / st.Sigma, st.Noise} {
			w := row[[]int{1, 3, 5, 6, 7, 8}[j]]
			if !(math.Abs(got-w) <= 3e-6*max(1, w)) {
				t.Errorf("row %d: got %v, want %v", i, got, w)
			}
		}
	}
}

func TestTableB(t *testing.T) {
	want := rows(t, tableB)
	s, err := Official.Rules().Prior(len(want))
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range want {
		st := s[i]
		equal(t, i, row, st.T, logit(square(st.A)), square(st.A), st.A, st.B, ratio(st.T, 2, exact), st.NextA, st.NextEps, st.Noise)
		nearRatio(t, st, 2)
	}
	// The values at t = 0, of which the last step makes its x.
	v := shifted(0, 2)
	equal(t, 20, []float64{20, 7.82394601, 0.99960012, 0.99980004, 0.01999700}, logit(v), v, math.Sqrt(v), math.Sqrt(1-v))
}

// nearRatio checks the ratio that float32 arithmetic gives. Near t = 0 the
// logarithm of a number close to 1 costs it two digits.
func nearRatio(t *testing.T, st Step, shift float64) {
	t.Helper()
	if want := ratio(st.T, shift, exact); math.Abs(st.R-want) > 1e-6 {
		t.Errorf("r at t = %g: got %.8f, want %.8f", st.T, st.R, want)
	}
}

func TestTableC(t *testing.T) {
	want := rows(t, tableC)
	for _, p := range []Preset{Official, Comfy} {
		s, err := p.Rules().Decoder(len(want))
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range want {
			st := s[i]
			equal(t, i, row, st.T, logit(square(st.A)), square(st.A), st.A, st.B, ratio(st.T, 1, exact))
			nearRatio(t, st, 1)
		}
		if got := s[len(s)-1].NextA; math.Abs(got-0.99995) > 0.6e-8 {
			t.Errorf("%s: a at t = 0: got %.8f, want 0.99995000", p, got)
		}
	}
}

// The unshifted schedule tells the network r(t) = t away from its clamps.
func TestRatioOfUnshiftedIsTime(t *testing.T) {
	for _, tt := range []struct{ t, want float64 }{
		{1, 0.99358326}, {0.99, 0.99}, {0.5, 0.5}, {0.003, 0.003}, {0, 0.00225567},
	} {
		if got := ratio(tt.t, 1, exact); math.Abs(got-tt.want) > 0.6e-8 {
			t.Errorf("r(%g): got %.8f, want %.8f", tt.t, got, tt.want)
		}
	}
}

func TestScheduleRefuses(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		steps             int
		shift, eta, start float64
	}{
		{0, 1, 1, 1}, {-1, 1, 1, 1}, {MaxSteps + 1, 1, 1, 1},
		{10, 0, 1, 1}, {10, -1, 1, 1}, {10, nan, 1, 1}, {10, math.Inf(1), 1, 1},
		{10, 1, nan, 1}, {10, 1, 1.5, 1}, {10, 1, -0.1, 1},
		{10, 1, 1, -0.1}, {10, 1, 1, nan}, {10, 1, 1, 1.01},
	} {
		if _, err := cosineSchedule(tt.steps, tt.shift, tt.eta, tt.start); err == nil {
			t.Errorf("cosineSchedule(%v) gave no error", tt)
		}
	}
	for _, n := range []int{0, -5, MaxSteps + 1} {
		if _, err := posteriorSchedule(n); err == nil {
			t.Errorf("posteriorSchedule(%d) gave no error", n)
		}
	}
}

// Every coefficient is finite for every number of steps, and x keeps unit
// variance: the shares of the next x are those of the next step.
func TestSchedulesAreSound(t *testing.T) {
	for n := 1; n <= MaxSteps; n++ {
		for _, p := range []Preset{Official, Diffusers} {
			s, err := p.Rules().Prior(n)
			if err != nil {
				t.Fatal(err)
			}
			for i, st := range s {
				for _, v := range []float64{st.T, st.R, st.A, st.B, st.Noise, st.NextA, st.NextEps, st.Mean, st.Beta, st.Sigma} {
					if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
						t.Fatalf("%s, %d steps, step %d: got %+v", p, n, i, st)
					}
				}
				if !st.posterior && math.Abs(square(st.NextA)+square(st.NextEps)+square(st.Noise)-1) > 1e-12 {
					t.Fatalf("%s, %d steps, step %d: variance is not 1: %+v", p, n, i, st)
				}
			}
		}
	}
}

// From a picture, a stage runs as much of its steps as the strength says, from
// the noise that the latent was given.
func TestPriorFrom(t *testing.T) {
	for _, preset := range []Preset{Official, Comfy, Diffusers} {
		for _, tt := range []struct {
			steps, want int
			strength    float64
		}{{20, 16, 0.8}, {10, 2, 0.25}, {10, 4, 0.35}, {20, 1, 0.01}, {20, 1, 0}, {20, 20, 1}} {
			s, err := preset.Rules().PriorFrom(tt.steps, tt.strength)
			if err != nil {
				t.Fatal(err)
			}
			whole, err := preset.Rules().Prior(tt.want)
			if err != nil {
				t.Fatal(err)
			}
			if len(s) != tt.want || s[0].T != single(tt.strength) && s[0].T != tt.strength {
				t.Errorf("%s: %d steps at %g are %d from %g", preset, tt.steps, tt.strength, len(s), s[0].T)
			}
			if power := s[0].A*s[0].A + s[0].B*s[0].B; math.Abs(power-1) > 1e-6 {
				t.Errorf("%s: strength %g noises to a power of %g", preset, tt.strength, power)
			}
			if tt.strength == 1 && s[0] != whole[0] {
				t.Errorf("%s: strength 1 is not the whole schedule", preset)
			}
			if tt.strength == 0 && (s[0].Noise != 0 || s[0].A < 0.999) {
				t.Errorf("%s: strength 0 adds noise: %+v", preset, s[0])
			}
		}
		for _, strength := range []float64{-0.1, 1.1, math.NaN()} {
			if _, err := preset.Rules().PriorFrom(20, strength); err == nil {
				t.Errorf("%s: strength %g is taken", preset, strength)
			}
		}
	}
}
