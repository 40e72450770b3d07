//! The words that passwords are announced with, and those that are said of one. Small letters without accents; words apart by spaces.

/// What words for a password begin with.
pub(super) const STARTS: &str =
    "password passwrd pasword passwort paswoord pazzword pasvord passord passcode passphrase passwd passw wachtwoord wagtwoord wachtwrd
    contrasen kontrasen contracen motdepasse modepasse mot2pass mo2pass motdpass geheimwoord w8woord wachtw";
/// Of those, what nobody writes who only speaks of one.
pub(super) const ODD_STARTS: &str =
    "pwd psw pswd mdp pw ww pazzword kontrasen motdepasse mo2pass mot2pass modepasse wagtwoord wachtwrd contracen pasword motdpass";
/// Short words for one.
pub(super) const EXACT: &str = "pwd psw pswd pw pass mdp ww clave pasw pword";
/// Of those, what nobody writes who only speaks of one.
pub(super) const ODD: &str =
    "pwd psw pswd mdp pw ww pazzword kontrasen motdepasse mo2pass mot2pass modepasse wagtwoord wachtwrd contracen pasword motdpass";
/// Words for one of digits only.
pub(super) const PINS: &str = "pin pincode pincodes";
/// Two words for one.
pub(super) const SECRETS: &str =
    "secret+word geheime+woord geheim+woord palabra+secreta mot+secret code+secret clave+secreta geheime+code wacht+woord pass+word
    pass+code codigo+secreto secret+code palabra+clave mots+passe";
/// What it is follows.
pub(super) const COPULAS: &str = "is iz es est was c'est cest = sera are wordt 's being reads luidt sigue siendo ist : era fue etait";
/// To choose one …
pub(super) const PUTS: &str =
    "set put make zet doe maak mets met mis pon ponle pongo cambia cambie changed change reset gezet puse cambiado";
/// … and what is chosen follows.
pub(super) const PUTS_TO: &str = "to op in a en naar pour sur por comme als as";
/// What it is for follows.
pub(super) const PREPOSITIONS: &str = "of for to on in from van voor op de del para en a pour du des sur au d' om at with dans";
/// Whose it is.
pub(super) const OWNERS: &str =
    "my the your our mijn m'n mn de het je jouw onze mi la el tu su los las mon ma le les votre notre mes that this deze die dat esta
    esa cette ce cet new nieuwe nueva nouveau old own ons uw";
/// What may stand before what it is.
pub(super) const FOLLOWING: &str =
    "el la le het the now nu maintenant ahora maar just gewoon still nog toujours encore simply currently momenteel actualmente
    simplement once weer again de ook also aussi tambien dit this esto ceci as follows";
/// What may stand behind it.
pub(super) const CASUAL: &str =
    "hehe lol haha jaja ok oke met with kun can could et y en and avec dont don't sin con por dus so tout all alles todo alvast thanks
    gracias merci bedankt x xx tal as";
/// What names are asked for with.
pub(super) const LOGINS: &str = "login inlog inloggen identifiants identifiant usuario user username gebruiker";
/// How one is.
pub(super) const STATES: &str =
    "wrong incorrect correct right good fine bad broken gone lost empty visible old older long longer short shorter too not never no
    nope none yes required mandatory needed necessary important unknown invalid valid case different same secret safe secure weak
    strong hard easy difficult simple missing being still already also sensitive a an the my your our their what where who how why
    when which that this it there here very so really quite impossible possible unique private personal optional hidden shown
    something anything nothing always often out off on up down because since but if case-sensitive identical weird strange odd
    available ready enough niet nooit geen fout goed juist onjuist verkeerd kwijt weg oud nieuw lang kort te veilig onveilig zwak
    sterk moeilijk makkelijk lastig simpel leeg zichtbaar nodig verplicht onbekend ongeldig geldig anders hetzelfde dezelfde
    geheim prive ook nog al weer steeds gewoon wel zo heel erg een mijn je jouw ons hun wat waar wie hoe waarom wanneer welke dit
    daar hier iets niets altijd vaak uit aan kapot raar vreemd hoofdlettergevoelig persoonlijk klaar genoeg omdat maar als toch
    nunca mal bien incorrecta incorrecto correcta correcto erronea erroneo invalida invalido valida valido demasiado muy larga
    largo corta corto";
/// The same.
pub(super) const STATES_TOO: &str =
    "segura seguro debil fuerte dificil facil vieja antigua nueva nuevo distinta diferente misma mismo igual secreta secreto privada
    personal necesaria obligatoria desconocida siempre tambien todavia aun ya un una mi tu su que donde quien como por cuando cual
    esto esta algo nada visible importante rara raro posible imposible sensible unica porque pero si pas jamais faux fausse bon
    bonne mauvais mauvaise incorrecte errone erronee invalide trop tres long longue court courte sur sure faible fort forte
    difficile facile vieux ancien ancienne nouveau nouvelle different differente meme pareil perdu perdue secrete prive privee
    personnel personnelle necessaire obligatoire inconnu inconnue toujours encore deja aussi une mon ma votre notre ou qui comment
    pourquoi quand quel quelle ce cela ca quelque rien vide bizarre possible unique parce mais vraiment tellement reset resetten
    vergeten forgot forgotten recovery manager field hint policy length link mail email page pagina veld change wijzigen cambiar
    changer oublie olvidada olvidado help ayuda aide hulp please svp aub alsjeblieft protected beveiligd protegida protege doet
    werkt werken works work does doesn't doesnt won't wont isn't isnt klopt heb hebben kan can could will would should must moet
    moeten wil may might distingue funciona va marche fonctionne n'est ne se nest";
/// How words end that say how something is.
pub(super) const ENDINGS: &str = "ed ing ado ada ido ida able ible lijk baar loos ful less ly ment mente ee tion eerd rijk ieren";
