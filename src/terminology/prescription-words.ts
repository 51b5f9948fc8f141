const words = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean);

/** Salts and esters that a name has or leaves out; they make no other drug of it. */
export const salts: ReadonlySet<string> = new Set(
  words(`hydrochloride hcl dihydrochloride hydrobromide hbr maleate succinate succ tartrate tart bitartrate besylate besilate mesylate
    mesilate fumarate hemifumarate sulfate sulphate bisulfate acetate phosphate diphosphate citrate dicitrate sodium disodium potassium
    calcium magnesium trihydrate monohydrate dihydrate hydrate anhydrous hyclate medoxomil cilexetil axetil proxetil pivoxil
    etexilate disoproxil alafenamide marboxil mofetil nitrate bromide chloride iodide lactate gluconate pamoate tosylate ditosylate
    edisylate valerate propionate dipropionate furoate xinafoate palmitate decanoate enanthate cypionate undecanoate isethionate
    malate stearate ethylsuccinate lactobionate estolate benzoate salicylate sulfonate camsylate esylate napsylate tromethamine
    trometamol meglumine arginine erbumine hemihydrate base free acid na k mag hydrogen orotate hippurate ascorbate aspartate
    saccharate polistirex resinate complex human recombinant rdna porcine bovine oxalate propanediol diol micronized monohyd mono
    bit bitart propion prop pot sod cit`),
);

/** Forms, releases and devices; none says what the drug is. */
const forms =
  words(`tablet tablets tab tabs capsule capsules cap caps caplet caplets gelcap gelcaps softgel softgels liquigel liquigels pill pills lozenge
    lozenges troche solution soln sol suspension susp liquid elixir syrup syr drop drops gtt gtts powder pwd granules pellet pellets
    packet packets sachet film strip gum wafer injection injectable inj injector pen pens autoinjector auto syringe syringes prefilled
    vial vials ampule ampoule cartridge cartridges kwikpen flexpen flextouch solostar sensoready sureclick pushtronex vialport penfill innolet
    inhaler inhalers inhalation inhalant inhaled neb nebs nebulizer nebules nebulized nebulization aerosol mdi dpi hfa diskus ellipta
    respimat handihaler respiclick redihaler flexhaler turbuhaler digihaler spray mist nasal patch patches transdermal system ring
    implant suppository suppositories supp suppos enema cream crm ointment oint ung gel lotion lot foam shampoo soap pad pads wash rinse
    mouthwash toothpaste paste topical ophthalmic opht ophth oph otic oral vaginal rectal buccal sublingual subcutaneous intramuscular
    intravenous intrauterine intranasal mucosal mucous membrane dental irrigation insert bar medicated metered dose dry jet effervescent
    chewable chew chewtab chewables dispersible disintegrating dissolving orally rapid odt quick melt extended release delayed
    sustained controlled modified immediate er xr xl sr cr la dr ec ir cd lar sa tr xt hs pf crys crystals particles macro macrocrystals
    immediate-release enteric coated film-coated ds ss double single strength extra regular max maximum low high junior
    jr children childrens child infant infants adult baby pediatric ped peds concentrate conc plus-free preservative sugar
    day week pack packs dosepak dosepack dose-pack kit package blister starter continuation bottle tube jar box concentration
    deterrent abuse device pump bag premix premixed pak iud jelly emulsion viscous starting chews prefilled pca additive mr soltab infatabs disk chrono evohaler accuhaler autohaler easyhaler emulgel fastab placed cryst
    aers act piggyback ivpb infusion drip push bolus needle plain buffered
    dihydrate-free dye flavor flavored cherry grape orange mint unflavored generic brand name only daw otc rx`).filter(
    (word) => !word.includes('-'),
  );

const units =
  words(`mg mgs milligram milligrams mcg mcgs ug microgram micrograms g gm gms gram grams kg ml mls milliliter milliliters l liter liters cc
    unit units unt u iu meq milliequivalent mmol hr hrs hour hours h min minute minutes day days d week weeks wk wks month months
    m mm cm inch gauge pe percent actuat actuation actuations puff puffs dose doses tsp teaspoon teaspoons teaspoonful tbsp tablespoon tablespoons spray
    sprays application applications applicatorful scoop billion million cfu elemental base mcl`);

const directions =
  words(`take takes taking give given use uses inhale inject apply place put instill insert dissolve chew swallow spray drink
    administer mix swish gargle titrate titrated protocol sliding scale taper load loading infiltration epidural intrathecal by mouth po via through into in to on onto under the a an of per and with without-food or one two three
    four five six half quarter once twice thrice times time x daily more less than qd od om on bd tds qds mane nocte mwf qam qpm qhs qday bid tid qid qod q qwk qweek biweekly tiw biw every
    each other morning am mornings evening evenings pm night nightly nights noon bedtime hs ac pc during meal meals
    food breakfast lunch dinner supper water milk juice full glass empty stomach needed prn directed ordered instructed
    sunday monday tuesday wednesday thursday friday saturday sun mon tue tues wed thu thurs fri sat weekly monthly yearly
    annually quarterly up gone then maximum stat now continuous continuously slowly rapidly over tonight today tomorrow week weekly once sundays mondays
    iv im sc sq subq subcut subcutaneously intravenously intramuscularly intradermal topically vaginally rectally nasally sublingually
    orally sl pr pv inh neb id it ng og gt peg tube mouth tongue skin nostril nostrils nose eye eyes ear ears both left right ou os au ad affected
    area areas site thigh abdomen arm scalp face lips hands feet thin layer knee shoulder hip elbow wrist ankle wound burn sparingly liberally
    disp dispense qty quantity refill refills rf sig ref ndc no number count ct supply route form started start since currently current
    continue continued home med meds medication medications prescribed chronic long term scheduled standing inpatient outpatient is for`).filter(
    (word) => !word.includes('-'),
  );

/** Words of a prescription that say nothing of which drug it is. */
export const prescriptionWords: ReadonlySet<string> = new Set([...forms, ...units, ...directions]);

/** What these open is the reason for the drug: other words may follow, another drug may not. */
export const reasonWords: ReadonlySet<string> = new Set(
  words('for prn needed indication indications dx diagnosis reason before after prior until post pre when while at as'),
);

/**
 * Words with which a text is no plain naming of a drug that is taken: nothing is resolved from it. "Without" and "no" may
 * deny the drug itself.
 */
export const refusals: ReadonlySet<string> = new Set(
  words(`stop stopped stopping hold held holding discontinue discontinued discontinuing dc dcd dced cancel cancelled canceled avoid avoids
    not no never none nothing without allergic allergy allergies intolerant intolerance reaction instead replace replaced replaces replacing
    switch switched switching changed contraindicated contraindication refuse refused refuses decline declined failed denies
    finished former unless except lieu substitute rather versus vs taper-off avoidance free-of`).filter(
    (word) => !word.includes('-'),
  ),
);

/** What denies an act and not the drug: "do not crush", "hold for HR < 55", "no refills". */
export const advice =
  /\b(?:(?:do not|don't|dont|never) (?:crush|chew|break|cut|split|exceed|drive|drink|skip|open|shake|freeze|take more than|use more than|stop|lie down)|hold (?:for|if) (?:hr|heart rate|pulse|sbp|dbp|bp|map|rr|systolic|sedat\w*|loose)|not to exceed|max(?:imum)? of|no (?:more refills?|refills?|substitutions?|known))\b[^.;,]*/gi;
